internal import MigrationCore

/// Where what a plan does is known from.
package struct PlanEffectsStatus: Codable, Sendable, Equatable {
  /// `ScratchDatabase` or `Model`.
  package var source: String
  /// What `source` says.
  package static let (scratchDatabase, model) = ("ScratchDatabase", "Model")
  /// What a reader should know: why nothing was tried, what was left out.
  package var message: String?

  /// From its parts.
  package init(source: String, message: String? = nil) {
    self.source = source
    self.message = message
  }
}

/// What one statement of a pending migration does to one table that is there.
package struct StepEffectStatus: Codable, Sendable, Equatable {
  package var line: Int
  /// `ALTER TABLE`.
  package var statement: String
  package var table: String
  /// `local`, `distributed` or `reference`.
  package var placement: String
  /// With indexes, on all nodes together; nil if a node did not say.
  package var bytes: Int64?
  package var shards: Int?
  package var nodes: Int?
  /// The strongest lock, such as `ACCESS EXCLUSIVE`.
  package var lock: String?
  /// What others wait to do: `reads and writes`, `writes`, `schema changes` or `nothing`.
  package var blocks: String?
  /// `Rewritten` or `Read`: what happens to all rows.
  package var rows: String?
}

/// Effects in the shape of the status: bounded, and only those that somebody may notice.
struct PlanEffectsObservation: Sendable, Equatable {
  let status: PlanEffectsStatus
  /// By script.
  let effects: [String: [StepEffectStatus]]
  let refusals: [String: StepErrorStatus]

  /// Of one migration, and of all.
  static let (mostOfStep, mostOfAll) = (10, 100)

  init(_ effects: PlanEffects, live: [ObjectName: LiveTable]) {
    var left = Self.mostOfAll
    var found: [String: [StepEffectStatus]] = [:]
    var refusals: [String: StepErrorStatus] = [:]
    for step in effects.steps {
      let rows = step.statements.flatMap { statement in
        statement.tables.compactMap { effect in live[effect.table].flatMap { Self.row(statement, effect, $0) } }
      }
      let kept = rows.prefix(min(left, Self.mostOfStep))
      left -= kept.count
      if !kept.isEmpty { found[step.script] = Array(kept) }
      refusals[step.script] = step.refusal.map { refusal in
        StepErrorStatus(
          sqlState: refusal.sqlState, message: refusal.message, script: step.script, line: refusal.line, column: nil,
          hint: refusal.hint)
      }
    }
    self.effects = found
    self.refusals = refusals
    let omitted = effects.steps.flatMap { step in
      (step.omission.map { ["\(step.script): \($0)"] } ?? [])
        + step.statements.compactMap { statement in
          statement.omission.map { "\(step.script), line \(statement.line): \($0) was not tried" }
        }
    }
    let notes = (effects.notes + omitted).prefix(5)
    switch effects.origin {
    case .scratch:
      status = PlanEffectsStatus(
        source: PlanEffectsStatus.scratchDatabase, message: notes.isEmpty ? nil : notes.joined(separator: "; "))
    case .model(let reason): status = PlanEffectsStatus(source: PlanEffectsStatus.model, message: reason)
    }
  }

  private static func row(
    _ statement: StatementEffect, _ effect: TableEffect, _ live: LiveTable
  ) -> StepEffectStatus? {
    guard effect.isNoticed else { return nil }
    let lock = effect.strongestLock
    let isCitus = live.placement != .local
    return StepEffectStatus(
      line: statement.line, statement: statement.verb, table: effect.table.description,
      placement: live.placement.rawValue, bytes: live.bytes, shards: isCitus ? live.shards : nil,
      nodes: isCitus ? live.nodes : nil, lock: lock?.rawValue, blocks: lock?.blocks.rawValue,
      rows: effect.isRewritten ? "Rewritten" : effect.isScanned ? "Read" : nil)
  }
}

extension PlanStatus {
  /// The same plan with what it does.
  func adding(_ observation: PlanEffectsObservation) -> PlanStatus {
    var plan = self
    plan.effects = observation.status
    plan.steps = steps.map { step in
      var step = step
      step.effects = observation.effects[step.script]
      step.refusal = observation.refusals[step.script]
      return step
    }
    return plan
  }
}
