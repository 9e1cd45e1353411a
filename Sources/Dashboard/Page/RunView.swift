internal import Controller

/// The latest run.
package struct RunView: Sendable, Encodable, Equatable {
  package var id: String?
  package var startedAt: String
  package var finishedAt: String?
  package var outcome: String
  package var holder: String?
  package var steps: [Step]

  /// One migration of it.
  package struct Step: Sendable, Encodable, Equatable {
    package var version: String?
    package var script: String
    package var checksum: Int64?
    package var state: String
    package var milliseconds: Int64?
    package var error: Failure?
  }

  /// Why a migration failed, and where.
  package struct Failure: Sendable, Encodable, Equatable {
    package var sqlState: String?
    package var message: String
    /// `script:line:column`, as far as it is known.
    package var place: String?
    package var hint: String?

    init(_ error: StepErrorStatus) {
      let parts = [error.script, error.line.map(String.init), error.column.map(String.init)].compactMap(\.self)
      place = parts.isEmpty ? nil : parts.joined(separator: ":")
      (sqlState, message, hint) = (error.sqlState, error.message, error.hint)
    }
  }

  init(_ run: RunStatus) {
    (id, startedAt, finishedAt, outcome, holder) = (run.id, run.startedAt, run.finishedAt, run.outcome, run.holder)
    steps = (run.steps ?? []).map { step in
      Step(
        version: step.version, script: step.script, checksum: step.checksum, state: step.state,
        milliseconds: step.durationMilliseconds, error: step.error.map { Failure($0) })
    }
  }
}
