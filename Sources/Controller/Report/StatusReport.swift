package import Support

/// Turns what a reconcile found into the whole status: a pure function, so that no change gives no write.
package struct StatusReport: Sendable {
  package var generation: Int64
  package var handledReconcileAt: String?
  package var previous: CitusMigrationStatus?
  package var now: Timestamp
  /// Of the leader that reports; nil where there is no election.
  package var epoch: Int64?

  /// A report on an object of a generation, after what was reported before.
  package init(
    generation: Int64, handledReconcileAt: String?, previous: CitusMigrationStatus?, now: Timestamp,
    epoch: Int64? = nil
  ) {
    self.generation = generation
    self.epoch = epoch
    self.handledReconcileAt = handledReconcileAt
    self.previous = previous
    self.now = now
  }

  /// The status after a verdict; what the stages did not reach keeps what was known before.
  package func status(_ verdict: Verdict, _ observation: Observation) -> CitusMigrationStatus {
    var status = CitusMigrationStatus()
    // As Flux does: the generation counts as observed once there is a result, so that `kubectl wait` and kstatus see
    // progress until then.
    status.observedGeneration = isResult(verdict) ? generation : previous?.observedGeneration ?? -1
    status.leaderEpoch = epoch ?? previous?.leaderEpoch
    status.lastHandledRepairAt = observation.handledRepairAt ?? previous?.lastHandledRepairAt
    status.lastHandledReconcileAt = handledReconcileAt ?? previous?.lastHandledReconcileAt
    status.summary = Self.summary(verdict)
    status.source = observation.source ?? previous?.source
    status.cluster = observation.cluster ?? previous?.cluster
    let plan = observation.plan
    status.currentVersion = plan == nil ? previous?.currentVersion : plan?.currentVersion
    status.appliedCount = plan?.appliedCount ?? previous?.appliedCount
    status.pendingCount = plan?.pendingCount ?? previous?.pendingCount
    status.plan = plan == nil ? previous?.plan : plan?.plan
    status.history = plan?.history ?? previous?.history
    status.lastRun = observation.run ?? settled(previous?.lastRun, verdict)
    status.lastRepair = observation.repair ?? previous?.lastRepair
    status.cancellation = observation.cancellation ?? (observation.isReleased ? nil : previous?.cancellation)
    addGates(observation, to: &status)
    status.drift = drift(observation)
    status.lint = lint(observation)
    status.conditions = conditions(verdict, observation)
    return status.bounded
  }

  // A run that nobody reports on any more: its controller was killed before it could. One that may still go on elsewhere,
  // because its lock is held, is left alone.
  private func settled(_ run: RunStatus?, _ verdict: Verdict) -> RunStatus? {
    guard let run, run.outcome == "Running", ![.leaseHeld, .databaseLocked].contains(verdict.reason) else { return run }
    return run.ended("Interrupted", at: now)
  }

  private func isResult(_ verdict: Verdict) -> Bool {
    switch verdict {
    case .applied, .upToDate, .suspended, .stalled: true
    case .applying, .waiting, .repaired: false
    }
  }

  private static func summary(_ verdict: Verdict) -> String {
    switch verdict {
    case .applied: "Applied"
    case .applying(let done, let total): "Applying \(min(done + 1, total))/\(total)"
    case .suspended: "Suspended"
    case .repaired: "Repaired"
    case .waiting(_, let summary, _), .stalled(_, let summary, _), .upToDate(let summary, _):
      String(summary.prefix(256))
    }
  }

  // MARK: Conditions

  private func conditions(_ verdict: Verdict, _ observation: Observation) -> [Condition] {
    var conditions = [ready(verdict, observation)]
    switch verdict {
    case .applying, .waiting, .repaired:
      conditions.append(condition(.reconciling, "True", verdict.reason, message(verdict, observation)))
    case .stalled:
      conditions.append(condition(.stalled, "True", verdict.reason, message(verdict, observation)))
    case .applied, .upToDate, .suspended:
      break
    }
    conditions += [
      stage(.sourceReady, verdict, reached: Self.sourceMessage(observation)),
      stage(.clusterReady, verdict, reached: observation.clusterMessage),
      lintPassed(observation),
      gateStage(observation),
      driftFree(observation),
    ].compactMap(\.self)
    return conditions
  }

  private static func sourceMessage(_ observation: Observation) -> String? {
    guard let source = observation.source else { return nil }
    let warnings = observation.sourceWarnings.prefix(5).map { "; warning: \($0)" }.joined()
    return "\(source.scripts) scripts of \(source.revision)\(warnings)"
  }

  private func ready(_ verdict: Verdict, _ observation: Observation) -> Condition {
    let text = message(verdict, observation)
    switch verdict {
    case .applied:
      return condition(.ready, "True", .applied, text)
    case .upToDate:
      return condition(.ready, "True", verdict.reason, text)
    case .suspended:
      // What was ready stays ready: suspending holds back new runs and changes nothing in the database.
      let wasReady = previous?.condition(.ready)?.status
      return condition(.ready, wasReady ?? "Unknown", .suspended, text)
    case .applying, .waiting, .stalled, .repaired:
      return condition(.ready, "False", verdict.reason, text)
    }
  }

  private func message(_ verdict: Verdict, _ observation: Observation) -> String {
    switch verdict {
    case .applied:
      let version = observation.plan?.currentVersion.map { ", current version \($0)" } ?? ""
      let count = observation.plan?.appliedCount ?? 0
      return "\(count) migration\(count == 1 ? "" : "s") applied\(version), none pending"
    case .applying(let done, let total): return "applying migration \(min(done + 1, total)) of \(total)"
    case .suspended: return "spec.suspend is true: new runs are held back"
    case .waiting(let reason, _, let message):
      return WaitingSince.message(
        message, reason: reason, before: previous?.condition(.reconciling), now: now, limit: Condition.messageLimit)
    case .stalled(_, _, let message), .repaired(let message), .upToDate(_, let message): return message
    }
  }

  // True once the stage was passed, False when it is what stands in the way, and as before when it was not reached.
  private func stage(_ type: ConditionType, _ verdict: Verdict, reached: String?) -> Condition? {
    if verdict.stage == type {
      return condition(type, "False", verdict.reason, message(verdict, Observation()))
    }
    guard let reached else { return previous?.condition(type) }
    return condition(type, "True", .succeeded, reached)
  }

  private func gateStage(_ observation: Observation) -> Condition? {
    guard observation.gate != nil else { return previous?.condition(.gateOpen) }
    return gateCondition(observation).map { condition(.gateOpen, $0.status, $0.reason, $0.message) }
  }

  private func lintPassed(_ observation: Observation) -> Condition? {
    switch observation.lint {
    case .off: nil
    case .judged(_, let outcome):
      condition(
        .lintPassed, outcome.isPassed ? "True" : "False", outcome.isPassed ? .succeeded : .lintFailed, outcome.message)
    case nil: previous?.condition(.lintPassed)
    }
  }

  private func lint(_ observation: Observation) -> LintStatus? {
    switch observation.lint {
    case .off: nil
    case .judged(let status, _): status
    case nil: previous?.lint
    }
  }

  private func driftFree(_ observation: Observation) -> Condition? {
    switch observation.drift {
    case .off: nil
    case .compared(_, let outcome): condition(.driftFree, outcome.status, outcome.reason, outcome.message)
    case .noted, nil: previous?.condition(.driftFree)
    }
  }

  private func drift(_ observation: Observation) -> DriftStatus? {
    switch observation.drift {
    case .off: nil
    case .compared(let status, _), .noted(let status): status
    case nil: previous?.drift
    }
  }

  private func condition(_ type: ConditionType, _ status: String, _ reason: Reason, _ message: String) -> Condition {
    let before = previous?.condition(type)
    let isSame = before?.status == status
    return Condition(
      type: type.rawValue, status: status, observedGeneration: max(0, generation),
      lastTransitionTime: isSame ? before?.lastTransitionTime ?? now.rfc3339 : now.rfc3339, reason: reason.rawValue,
      message: String(message.prefix(8192)))
  }
}
