package import Logging
internal import Support

/// Leader election by a `LeaseLock`: of several replicas one runs its term.
///
/// A leader that loses the lease ends its term and campaigns again in the same process. Election makes two leaders
/// unlikely, not impossible: what a term does must be safe by itself.
package final class LeaderElection: Sendable {
  private let lock: LeaseLock
  private let logger: Logger
  private let isStopped = Guarded(false)

  private enum Ending: Sendable {
    case stopped, lost
  }

  /// Makes a candidate, which does nothing before `run`.
  package init(_ lock: LeaseLock, logger: Logger) {
    self.lock = lock
    self.logger = logger
  }

  /// Whether the lease is held and was renewed less than its duration ago, by the local clock: nobody else can have
  /// taken it meanwhile.
  package var isLeading: Bool {
    lock.timeSinceRenewal.map { $0 < lock.settings.timings.duration } ?? false
  }

  /// How long ago the lease was last renewed; nil while it is not held.
  package var timeSinceRenewal: Duration? { lock.timeSinceRenewal }

  /// Ends a campaign, and begins no other; a term that is under way goes on until it returns.
  package func stop() {
    isStopped.withLock { $0 = true }
    lock.wakeUp.call()
  }

  /// Campaigns until cancelled, and runs `term` while leading.
  ///
  /// A lost lease cancels the term, waits for its end, and campaigns again. A term that returns by itself ends the run
  /// (graceful stop); the lease is released after it. Cancelling the task cancels the term, waits for its end, and then
  /// releases the lease. A server that refuses is asked again for a lease duration, since one that has just started
  /// refuses what it will soon allow.
  /// - Throws: `KubernetesError`: `cancelled`, or what the server said if it goes on refusing.
  package func run(_ term: @escaping @Sendable (LeaseGrant) async -> Void) async throws(KubernetesError) {
    var refusals = RefusalStreak(lock.settings.timings)
    while true {
      do throws(KubernetesError) {
        guard try await lead(term) == .lost else { return }
      } catch {
        guard error.code != .cancelled, !refusals.isOver(afterRefusalAt: lock.time.now()) else { throw error }
        logger.error("cannot campaign for the leadership", metadata: ["error": "\(error.message)"])
        try await lock.time.sleep(for: lock.settings.timings.retryPeriod)
      }
    }
  }

  /// One campaign and the term after it.
  private func lead(_ term: @escaping @Sendable (LeaseGrant) async -> Void) async throws(KubernetesError) -> Ending {
    let isStopped = isStopped
    do {
      _ = try await lock.withLease(unless: { isStopped.withLock { $0 } }) { grant in
        await term(grant)
        // A term that was cancelled has not ended by itself.
        try Task.checkCancellation()
      }
      return .stopped
    } catch let error as KubernetesError {
      guard error.code == .leaseLost else { throw error }
      return isStopped.withLock { $0 } ? .stopped : .lost
    } catch {
      throw KubernetesError(code: .cancelled, message: "cancelled while leading")
    }
  }
}
