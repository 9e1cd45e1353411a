internal import MigrationCore
internal import Postgres

/// Applies groups of steps one after the other, as long as the run may go on.
struct StepLoop {
  let runner: StepRunner
  let groups: [[RankedStep]]
  private(set) var applied: [RunSummary.AppliedStep] = []
  private(set) var warnings: [String] = []

  init(runner: StepRunner, groups: [[RankedStep]]) {
    self.runner = runner
    self.groups = groups
  }

  /// Cuts steps into what is done together.
  ///
  /// Each by itself or, where they are to run in one transaction and all of them can, all between two programs. What was
  /// interrupted goes on by itself.
  static func groups(of steps: [RankedStep], isGrouped: Bool) -> [[RankedStep]] {
    if let first = steps.first, first.step.resumption != nil {
      return [[first]] + groups(of: Array(steps.dropFirst()), isGrouped: isGrouped)
    }
    guard isGrouped, !steps.contains(where: { $0.isAlone && $0.step.program == nil }) else { return steps.map { [$0] } }
    var groups: [[RankedStep]] = []
    for step in steps {
      if let last = groups.last, !step.isAlone, last.allSatisfy({ !$0.isAlone }) {
        groups[groups.count - 1] = last + [step]
      } else {
        groups.append([step])
      }
    }
    return groups
  }

  private func problem(_ step: PlannedStep) -> MigrationProblem? {
    guard step.problem == nil, !step.isSkipped else { return step.problem }
    return runner.request.refusal(of: step.program, script: step.script.script, version: step.version)
  }

  mutating func perform(_ callbacks: CallbackRunner) async throws(EngineError) {
    var readiness: StepRunner.Readiness?
    for group in groups {
      guard let first = group.first else { continue }
      guard runner.request.mayContinue() else {
        throw EngineError(
          .cancelled,
          "the controller is stopping; \(first.step.script.script) and what follows wait for the next run")
      }
      // A group starts as a whole.
      guard group.allSatisfy({ runner.request.mayStart($0.step) }) else { return }
      for event in first.preceding where callbacks.callbacks[event] != nil {
        readiness = nil
        try await callbacks.fire(event)
      }
      if let refusal = EngineError.refusing(group.compactMap { problem($0.step) }) { throw refusal }
      let outcomes = try await runner.apply(group, &readiness)
      for (ranked, outcome) in zip(group, outcomes) {
        applied.append(
          RunSummary.AppliedStep(
            script: ranked.step.script, isTransactional: ranked.step.isTransactional,
            milliseconds: outcome.milliseconds))
        warnings += outcome.warnings.map(\.message)
      }
      // `DISCARD ALL` or `pg_advisory_unlock_all()` in the script takes the lock away.
      if readiness?.isLocked != true { try await runner.lock.confirm() }
    }
  }
}
