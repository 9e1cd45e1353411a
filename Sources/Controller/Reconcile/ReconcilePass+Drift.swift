internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationEngine
internal import Support

// Whether the database still is what the migrations made: the last stage, where nothing starts.
extension ReconcilePass {
  /// What there was before a run, which tells what the run changed from what was changed before.
  struct DriftBeforeRun: Sendable {
    let judgement: DriftBaseline.Judgement
    let fingerprint: DriftFingerprint
  }

  private var schedule: DriftSchedule {
    DriftSchedule(policy: reading.drift, status: object.status, now: context.clock.now())
  }

  private var report: DriftReport {
    DriftReport(policy: reading.drift, previous: object.status?.drift, now: context.clock.now())
  }

  private var unhandledAccept: String? {
    guard let token = object.acceptDriftToken, token != object.status?.drift?.lastHandledAcceptAt else { return nil }
    return token
  }

  /// The fingerprint before a run; nil where nothing is compared, or nothing is known to compare with.
  func driftBeforeRun(_ request: RunRequest, _ session: MigrationSession) async -> DriftBeforeRun? {
    guard reading.drift.mode != .off, object.status?.drift?.baseline != nil else { return nil }
    do throws(EngineError) {
      let text = try await session.storedBaseline(request.settings)
      let fingerprint = try await session.fingerprint(request.settings)
      return DriftBeforeRun(judgement: judge(text, fingerprint), fingerprint: fingerprint)
    } catch {
      context.logger.warning(
        "not compared before the run", metadata: ["resource": "\(object.key)", "error": "\(error.message)"])
      return nil
    }
  }

  private func judge(_ text: String?, _ current: DriftFingerprint) -> DriftBaseline.Judgement {
    DriftBaseline.judge(
      text, seal: object.status?.drift?.baseline?.seal, lastRun: object.status?.lastRun?.id, current: current)
  }

  /// Compares where that is due, and says what the result means for the resource, which is otherwise all right.
  ///
  /// - Parameter before: Given after a run, where there was something to compare with before it.
  mutating func compare(
    _ request: RunRequest, _ session: MigrationSession, after before: DriftBeforeRun?
  ) async -> Verdict {
    guard reading.drift.mode != .off else {
      observation.drift = .off
      return .applied
    }
    do throws(EngineError) {
      let findings = try await findingsAfterRun(request, session, before)
      observation.drift = report.observation(try await complete(findings, request, session))
    } catch {
      // The seal keeps the run before this one: by that the next look knows that it has to take a baseline.
      var status = object.status?.drift ?? DriftStatus()
      status.checkedAt = nil
      let failure = DriftReport(policy: reading.drift, previous: status, now: context.clock.now())
      observation.drift = failure.failure(error.message)
    }
    return driftVerdict
  }

  /// As above, at a look that starts nothing: nothing is pending, or the gates hold it, which may take weeks.
  mutating func compare(
    _ request: RunRequest, _ session: MigrationSession, beside verdict: Verdict
  ) async -> Verdict {
    if case .stalled = verdict { return verdict }
    return verdict.and(await compareIfDue(request, session))
  }

  private mutating func compareIfDue(_ request: RunRequest, _ session: MigrationSession) async -> Verdict {
    guard reading.drift.mode != .off else {
      observation.drift = .off
      return .applied
    }
    let isDue = schedule.isDue(
      generation: object.metadata.generation ?? 0, reconcileToken: object.reconcileToken,
      acceptToken: object.acceptDriftToken)
    guard isDue else { return driftVerdict }
    // Whoever makes a resource waits for it to be ready: what takes longest, and does not decide on that, comes right after.
    guard !isUnknown || reading.drift.mode == .fail || unhandledAccept != nil else {
      observation.isComparisonOwed = true
      return .applied
    }
    do throws(EngineError) {
      let findings = try await findings(request, session)
      observation.drift = report.observation(try await complete(findings, request, session))
      if let token = unhandledAccept, case .compared(var status, let outcome) = observation.drift {
        status.lastHandledAcceptAt = token
        observation.drift = .compared(status, outcome)
      }
    } catch {
      observation.drift = report.failure(error.message)
    }
    return driftVerdict
  }

  // MARK: Comparing

  private func findings(
    _ request: RunRequest, _ session: MigrationSession
  ) async throws(EngineError) -> DriftReport.Findings {
    if unhandledAccept != nil { return try await take(.accepted, request, session) }
    let text = try await session.storedBaseline(request.settings)
    let current = try await session.fingerprint(request.settings)
    var findings = DriftReport.Findings()
    findings.baseline = object.status?.drift?.baseline
    switch judge(text, current) {
    case .take(let reason): return try await take(reason, request, session)
    case .altered: findings.differences = [DriftBaseline.alteration]
    case .compare(let expected):
      findings.differences = DriftFingerprint.differences(expected: expected, actual: current)
      // The first look of a resource that was made anew: what the database keeps is all there is.
      if findings.baseline == nil, let text {
        findings.baseline = seal(text, expected, run: object.status?.lastRun?.id)
      }
    }
    return findings
  }

  private func findingsAfterRun(
    _ request: RunRequest, _ session: MigrationSession, _ before: DriftBeforeRun?
  ) async throws(EngineError) -> DriftReport.Findings {
    switch before?.judgement {
    case .compare(let expected)?:
      let state = before?.fingerprint ?? expected
      return try await take(.run, request, session) { current in
        .baseline(expected, carriedOver: state, to: current)
      }
    case .altered?:
      // A run does not make good what somebody did to the baseline.
      var findings = DriftReport.Findings()
      findings.differences = [DriftBaseline.alteration]
      findings.baseline = object.status?.drift?.baseline
      findings.baseline?.run = observation.run?.id
      return findings
    case .take?, nil: return try await take(.run, request, session)
    }
  }

  private func take(
    _ reason: DriftBaseline.Reason, _ request: RunRequest, _ session: MigrationSession,
    _ make: (DriftFingerprint) -> DriftFingerprint = { $0 }
  ) async throws(EngineError) -> DriftReport.Findings {
    let (current, text) = try await session.storeBaseline(fenced(request), make)
    var findings = DriftReport.Findings()
    findings.taken = reason
    guard let stored = DriftFingerprint(text: text) else {
      throw EngineError(.refused, "the baseline that was stored cannot be read again")
    }
    findings.differences = DriftFingerprint.differences(expected: stored, actual: current)
    findings.baseline = seal(text, stored, run: observation.run?.id ?? object.status?.lastRun?.id)
    return findings
  }

  private func seal(_ text: String, _ fingerprint: DriftFingerprint, run: String?) -> DriftBaselineStatus {
    DriftBaselineStatus(
      digest: DriftFingerprint.digest(of: text), run: run, takenAt: context.clock.now().rfc3339,
      objects: fingerprint.objects.count)
  }

  // A leader that was replaced stores nothing.
  private func fenced(_ request: RunRequest) -> RunRequest {
    var request = request
    request.permit = { [mayReport = context.mayReport] () throws(EngineError) in
      guard mayReport() else { throw EngineError(.cancelled, "this process leads no longer") }
    }
    return request
  }

  private func complete(
    _ findings: DriftReport.Findings, _ request: RunRequest, _ session: MigrationSession
  ) async throws(EngineError) -> DriftReport.Findings {
    var findings = findings
    let history = try await session.readHistory(request.settings)
    let scripts = ScriptDrift.differences(request.scripts, history: history.rows, settings: request.settings)
    let shards = try await session.compareShards(request.settings)
    findings.differences += scripts + shards.differences
    findings.differences.sort { $0.key < $1.key }
    findings.unanswered = shards.unanswered
    return findings
  }

  // MARK: What follows

  private var driftVerdict: Verdict {
    guard reading.drift.mode == .fail else { return .applied }
    let outcome: (status: String, message: String)? =
      if case .compared(_, let outcome) = observation.drift {
        (outcome.status, outcome.message)
      } else {
        object.status?.condition(.driftFree).map { ($0.status, $0.message) }
      }
    guard let outcome, outcome.status == "False" else { return .applied }
    return .stalled(.driftDetected, summary: "Drift detected", message: outcome.message)
  }

  /// What validation found about scripts is drift, too.
  mutating func noteScriptDrift(_ problems: [MigrationProblem], _ plan: MigrationPlan) {
    guard reading.drift.mode != .off else {
      observation.drift = .off
      return
    }
    let differences = ScriptDrift.differences(problems, of: plan.migrations)
    guard !differences.isEmpty else { return }
    var findings = DriftReport.Findings()
    findings.differences = differences
    findings.baseline = object.status?.drift?.baseline
    guard case .compared(var status, let outcome) = report.observation(findings) else { return }
    // The same again is no news, and no write.
    if let before = object.status?.drift, before.objects == status.objects { status.checkedAt = before.checkedAt }
    observation.drift = .compared(status, outcome)
  }

  /// A repair changes rows of the history, on purpose: the baseline follows, and the next look compares.
  mutating func keepBaselineAfterRepair(_ request: RunRequest, _ session: MigrationSession) async {
    guard reading.drift.mode != .off, var status = object.status?.drift, let baseline = status.baseline else { return }
    status.checkedAt = nil
    do throws(EngineError) {
      let text = try await session.storedBaseline(request.settings)
      if let text, DriftFingerprint.digest(of: text) == baseline.digest, let before = DriftFingerprint(text: text) {
        let (_, stored) = try await session.storeBaseline(fenced(request)) { before.withHistory(of: $0) }
        status.baseline?.digest = DriftFingerprint.digest(of: stored)
      }
    } catch {
      context.logger.warning(
        "the baseline does not have the repaired history",
        metadata: ["resource": "\(object.key)", "error": "\(error.message)"])
    }
    observation.drift = .noted(status)
  }
}
