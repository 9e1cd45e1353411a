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
  let publish: @Sendable (RunProgress) -> Void

  /// How a run ended: with a summary, or with a verdict that says why not.
  struct Result {
    var summary: RunSummary?
    var verdict: Verdict
    /// Nil when the run did not start, because the Lease is somebody else's.
    var progress: RunProgress?
  }

  /// Takes the Lease and applies what is pending; the Lease is given back after the database work has ended.
  func perform(_ request: RunRequest, on session: MigrationSession) async -> Result {
    let progress = Guarded(RunProgress(startedAt: context.clock.now(), holder: context.identity))
    let outcome = await context.leases.withLease(target: target) { check in
      var request = request
      request.permit = check
      request.report = report(to: progress)
      return await bounded(request, session)
    }
    switch outcome {
    case .done(.success(let summary)):
      let final = finish(progress, "Succeeded")
      context.logger.info("run succeeded", metadata: metadata(applied: summary.applied))
      return Result(summary: summary, verdict: .applied, progress: final)
    case .done(.failure(let verdict)):
      let isInterrupted = if case .waiting = verdict { true } else { false }
      return Result(verdict: verdict, progress: finish(progress, isInterrupted ? "Interrupted" : "Failed"))
    case .lost(let message):
      return Result(
        verdict: .waiting(.leaseLost, summary: "Lease lost", message: message),
        progress: finish(progress, "Interrupted"))
    case .refused(let verdict):
      return Result(verdict: verdict, progress: nil)
    }
  }

  /// A run's end: what it did, or the verdict on what stopped it.
  enum Ending: Sendable {
    case success(RunSummary)
    case failure(Verdict)
  }

  private func bounded(_ request: RunRequest, _ session: MigrationSession) async -> Ending {
    await withTaskGroup(of: Ending?.self) { group in
      group.addTask {
        do throws(EngineError) {
          return .success(try await session.run(request))
        } catch {
          return .failure(Verdict(error))
        }
      }
      group.addTask { [timeout] in
        // Cancelled as soon as the run ends: then there is nothing to report.
        try? await Task.sleep(for: timeout)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let ending = first { return ending }
      let rest = await group.next() ?? nil
      guard !Task.isCancelled else { return rest ?? .failure(interrupted) }
      if case .success = rest { return rest ?? .failure(interrupted) }
      return .failure(
        .stalled(
          .runTimedOut, summary: "Timed out",
          message:
            "the run took longer than \(DurationText.format(timeout)) and was cancelled; a migration in a transaction was "
            + "rolled back, one outside of a transaction is named at the next look. Split it, or raise spec.timeout"))
    }
  }

  private var interrupted: Verdict {
    .waiting(
      .interrupted, summary: "Interrupted",
      message: "the run was interrupted; a migration in a transaction was rolled back, one outside of a transaction is "
        + "named at the next look")
  }

  private func report(to progress: Guarded<RunProgress>) -> @Sendable (RunEvent) -> Void {
    { [publish, logger = context.logger, target] event in
      publish(
        progress.withLock { progress in
          progress.fold(event)
          return progress
        })
      RunLog(logger: logger, target: target).log(event)
    }
  }

  private func finish(_ progress: Guarded<RunProgress>, _ outcome: String) -> RunProgress {
    progress.withLock { progress in
      progress.finish(outcome, at: context.clock.now())
      return progress
    }
  }

  private func metadata(applied: Int) -> Logger.Metadata {
    ["cluster.target": "\(target)", "run.applied": "\(applied)"]
  }
}
