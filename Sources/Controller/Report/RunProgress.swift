internal import MigrationCore
package import MigrationEngine
package import Support

/// What a run has done so far, folded from its events: a value, in the shape of the status.
package struct RunProgress: Sendable, Equatable {
  package private(set) var status: RunStatus
  /// How many migrations are applied, and of how many.
  package private(set) var done = 0
  package private(set) var total = 0

  /// A run that starts now.
  package init(id: String = RunProgress.newID(), startedAt: Timestamp, holder: String) {
    status = RunStatus(
      id: id, startedAt: startedAt.rfc3339, outcome: "Running", holder: String(holder.prefix(512)), steps: [])
  }

  /// A name for a run: ten letters and digits at random, short enough to be typed.
  package static func newID() -> String {
    String((0..<10).compactMap { _ in "0123456789abcdefghjkmnpqrstvwxyz".randomElement() })
  }

  /// The list in a status is bounded: when a step beyond it starts, the oldest one leaves.
  private static let listed = 100

  /// Takes in what happened next.
  package mutating func fold(_ event: RunEvent) {
    switch event {
    case .planned(let plan):
      total = plan.steps.count
      status.steps = plan.steps.prefix(Self.listed).map { step in
        RunStepStatus(
          version: step.script.version?.description, script: step.script.script,
          checksum: Int64(step.script.checksum), state: "Pending")
      }
    case .started(let step):
      update(step) { $0.state = "Running" }
    case .applied(let step, let milliseconds):
      done += 1
      update(step) {
        $0.state = "Applied"
        $0.durationMilliseconds = Int64(milliseconds)
      }
    case .failed(let step, let failure):
      update(step) {
        $0.state = "Failed"
        $0.error = StepErrorStatus(failure)
      }
    case .backfill(let step, let progress):
      guard progress.isNotable else { return }
      update(step) { $0.backfill = BackfillStatus(progress) }
    case .retrying, .notice, .settling, .callback, .callbackFailed, .waitingForLock, .undoing, .statement, .resultTable,
      .program, .programOutput, .locked, .endingHolder, .resuming, .rebuilding:
      break
    }
  }

  /// Ends the run: `Succeeded`, `Failed`, `Interrupted` or `Cancelled`.
  package mutating func finish(_ outcome: String, at now: Timestamp) {
    status = status.ended(outcome, at: now)
  }

  private mutating func update(_ step: PlannedStep, _ change: (inout RunStepStatus) -> Void) {
    var steps = status.steps ?? []
    let index: Int
    if let known = steps.firstIndex(where: { $0.script == step.script.script }) {
      index = known
    } else {
      steps = steps.suffix(Self.listed - 1)
      steps.append(
        RunStepStatus(
          version: step.script.version?.description, script: step.script.script, checksum: Int64(step.script.checksum),
          state: "Pending"))
      index = steps.endIndex - 1
    }
    change(&steps[index])
    status.steps = steps
  }
}

extension RunStatus {
  /// The run as it is when it has ended: a step that was under way did not happen.
  func ended(_ outcome: String, at now: Timestamp) -> RunStatus {
    var run = self
    run.outcome = outcome
    run.finishedAt = now.rfc3339
    run.steps = steps?.map { step in
      var step = step
      if step.state == "Running" { step.state = "Pending" }
      return step
    }
    return run
  }
}

extension StepErrorStatus {
  /// The part of a failure that may be shown.
  package init(_ failure: StepFailure) {
    self.init(
      sqlState: failure.sqlState, message: String(failure.message.prefix(4096)), script: failure.script,
      line: failure.line, column: failure.column, hint: failure.hint.map { String($0.prefix(4096)) })
  }
}
