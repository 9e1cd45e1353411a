internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationEngine
internal import Support

/// A run on one target: under the target's Lease, within a time, with its progress published.
struct TargetRun {
  let context: ReconcileContext
  /// `host:port/database`.
  let target: String
  let timeout: Duration
  /// The resource that it is for.
  let object: CitusMigration
  let runs: RunningRuns
  /// Ends, over a new session, what workers still do for the run's own; returns how many of their sessions that were.
  let endRemnants: @Sendable () async -> Int?
  let publish: @Sendable (RunProgress) -> Void

  /// How a run ended: with a summary, or with a verdict that says why not.
  struct Result {
    var summary: RunSummary?
    var verdict: Verdict
    /// Whether a person cancelled it, which `verdict` does not tell.
    var isCancelled = false
    /// Nil when the run did not start, because the Lease is somebody else's.
    var progress: RunProgress?
  }

  /// Takes the Lease and applies what is pending; the Lease is given back after the database work has ended.
  func perform(_ request: RunRequest, on session: MigrationSession) async -> Result {
    let started = context.clock.now()
    let state = Guarded(State(progress: RunProgress(startedAt: started, holder: context.identity)))
    let id = state.withLock { $0.id }
    let outcome = await context.leases.withLease(target: target, for: object.key) { grant in
      var request = request
      request.permit = grant.permit
      request.mayEnd = grant.mayEnd
      request.report = report(to: state)
      let asked = runs.begin(object.key, id: id)
      defer { runs.end(object.key, id: id) }
      return await bounded(request, session, asked)
    }
    switch outcome {
    case .done(.success(let summary)):
      context.logger.info("run succeeded", metadata: metadata(applied: summary.applied))
      let took = context.clock.now().since(started)
      tell(state.withLock { $0.announcements.succeeded(version: summary.plan.currentVersion, took: took) })
      return Result(summary: summary, verdict: .applied, progress: finish(state, "Succeeded"))
    case .done(.failure(let verdict)):
      let isInterrupted = if case .waiting = verdict { true } else { false }
      return stopped(verdict, finish(state, isInterrupted ? "Interrupted" : "Failed"), state)
    case .done(.cancelled(let verdict, let ended)):
      let note = Self.cancelled(id, endedSessions: ended)
      context.logger.warning(
        "run cancelled", metadata: ["resource": "\(object.key)", "cluster.target": "\(target)", "run.id": "\(id)"])
      tell([Announcement("Cancelled", action: "Cancel", note)])
      return stopped(verdict, finish(state, "Cancelled"), state, isCancelled: true)
    case .lost(let message):
      return stopped(
        .waiting(.leaseLost, summary: "Lease lost", message: message), finish(state, "Interrupted"), state)
    case .refused(let verdict):
      return Result(verdict: verdict, progress: nil)
    }
  }

  private struct State {
    var progress: RunProgress
    var announcements = RunAnnouncements()
    var stepBegan = ContinuousClock.now

    var id: String { progress.status.id ?? "" }
  }

  private func stopped(
    _ verdict: Verdict, _ progress: RunProgress, _ state: Guarded<State>, isCancelled: Bool = false
  ) -> Result {
    tell(state.withLock { $0.announcements.stopped() })
    if progress.status.outcome != "Failed" { context.metrics(of: object.key)?.interrupted() }
    return Result(verdict: verdict, isCancelled: isCancelled, progress: progress)
  }

  private func tell(_ announcements: [Announcement]) {
    for announcement in announcements { context.announce(announcement, regarding: object) }
  }

  private static func cancelled(_ id: String, endedSessions: Int?) -> String {
    let workers =
      switch endedSessions {
      case nil: "; whether workers still work for it could not be asked"
      case 0?: "; no worker works for it any more"
      case let count?: "; \(count) sessions of workers that still worked for it were ended"
      }
    return "run \(id) was cancelled: a migration in a transaction was rolled back" + workers
  }

  // MARK: Bounds

  /// A run's end: what it did, or the verdict on what stopped it.
  enum Ending: Sendable {
    case success(RunSummary)
    case failure(Verdict)
    /// A person cancelled it; how many sessions of workers were ended afterwards, nil where that is not known.
    case cancelled(Verdict, endedSessions: Int?)
  }

  private enum Signalled: Sendable {
    case ended(Ending), timedOut, asked
  }

  private func bounded(_ request: RunRequest, _ session: MigrationSession, _ asked: Signal) async -> Ending {
    let (first, ending) = await firstOf(request, session, asked)
    if case .ended = first { return ending }
    // It may have ended well just then, and a stop of the controller ends everything at once.
    if case .success = ending { return ending }
    guard !Task.isCancelled else { return ending }
    let ended = await endRemnants()
    if case .asked = first {
      guard case .failure(let verdict) = ending else { return ending }
      return .cancelled(verdict, endedSessions: ended)
    }
    return .failure(timedOut)
  }

  // What came first, and how the run ended, which the other two make it do.
  private func firstOf(
    _ request: RunRequest, _ session: MigrationSession, _ asked: Signal
  ) async -> (Signalled, Ending) {
    await withTaskGroup(of: Signalled.self) { group in
      group.addTask {
        do throws(EngineError) {
          return .ended(.success(try await session.run(request)))
        } catch {
          return .ended(.failure(Verdict(error)))
        }
      }
      group.addTask { [timeout] in
        // Cancelled as soon as the run ends: then there is nothing to report.
        try? await Task.sleep(for: timeout)
        return .timedOut
      }
      group.addTask {
        await asked.wait()
        return .asked
      }
      let first = await group.next() ?? .timedOut
      group.cancelAll()
      if case .ended(let ending) = first { return (first, ending) }
      for await signal in group {
        if case .ended(let ending) = signal { return (first, ending) }
      }
      return (first, .failure(interrupted))
    }
  }

  private var timedOut: Verdict {
    .stalled(
      .runTimedOut, summary: "Timed out",
      message:
        "the run took longer than \(DurationText.format(timeout)) and was cancelled; a migration in a transaction was "
        + "rolled back, one outside of a transaction is named at the next look. Split it, or raise spec.timeout")
  }

  private var interrupted: Verdict {
    .waiting(
      .interrupted, summary: "Interrupted",
      message: "the run was interrupted; a migration in a transaction was rolled back, one outside of a transaction is "
        + "named at the next look")
  }

  // MARK: Progress

  private func report(to state: Guarded<State>) -> @Sendable (RunEvent) -> Void {
    { [publish, context, target, object] event in
      let (progress, announcement, began) = state.withLock { state in
        if case .started = event { state.stepBegan = .now }
        let before = state.progress
        state.progress.fold(event)
        // A run that waits for the lock has not begun: it would hide since when it waits.
        let changed = state.progress == before ? nil : state.progress
        return (changed, state.announcements.fold(event), state.stepBegan)
      }
      if let progress { publish(progress) }
      if let announcement { context.announce(announcement, regarding: object) }
      RunLog(logger: context.logger, target: target, resource: object.key).log(event)
      context.metrics(of: object.key)?.count(event, elapsed: .now - began)
    }
  }

  private func finish(_ state: Guarded<State>, _ outcome: String) -> RunProgress {
    state.withLock { state in
      state.progress.finish(outcome, at: context.clock.now())
      return state.progress
    }
  }

  private func metadata(applied: Int) -> Logger.Metadata {
    ["resource": "\(object.key)", "cluster.target": "\(target)", "run.applied": "\(applied)"]
  }
}
