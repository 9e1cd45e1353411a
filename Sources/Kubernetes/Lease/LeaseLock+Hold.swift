internal import Logging
internal import Support

// The bridge of leadership: renewing and releasing run in tasks of their own, because they must go on after the task
// that holds the lease was cancelled, until its work has ended. Both are awaited here, so nothing outlives `hold`.
extension LeaseLock {
  private enum Ending<Value: Sendable>: Sendable {
    case body(Result<Value, any Error>)
    case lost
  }

  /// Runs the work, renews meanwhile, and releases afterwards.
  func hold<Value: Sendable>(
    _ grant: LeaseGrant, _ body: @escaping @Sendable (LeaseGrant) async throws -> Value
  ) async throws -> Value {
    let lost = Latch()
    let renewal = Task { await keepRenewing(lost) }
    let result = await run(grant, body, until: lost)
    renewal.cancel()
    let loss = await renewal.value
    await Task { await release() }.value
    switch (result, loss) {
    case (.success(let value), _): return value
    case (.failure, let loss?): throw loss
    case (.failure(let error), nil): throw error
    }
  }

  /// Runs the work, cancels it when the lease is lost, and returns when it has ended.
  private func run<Value: Sendable>(
    _ grant: LeaseGrant, _ body: @escaping @Sendable (LeaseGrant) async throws -> Value, until lost: Latch
  ) async -> Result<Value, any Error> {
    await withTaskGroup(of: Ending<Value>.self) { group in
      group.addTask {
        do {
          return .body(.success(try await body(grant)))
        } catch {
          return .body(.failure(error))
        }
      }
      group.addTask {
        await lost.wait()
        return .lost
      }
      var result: Result<Value, any Error> = .failure(CancellationError())
      for await ending in group {
        // Whichever comes first, the other one is to end as well; the work's own ending is what counts.
        group.cancelAll()
        if case .body(let outcome) = ending { result = outcome }
      }
      return result
    }
  }

  /// Renews until cancelled (nil) or until the lease is lost (why).
  private func keepRenewing(_ lost: Latch) async -> KubernetesError? {
    var lastError: KubernetesError?
    while true {
      let calls = wakeUp.calls
      let left = state.withLock { $0.timeToDeadline(at: time.now()) }
      guard left > .zero else { return declareLost(lost, after: lastError) }
      do throws(KubernetesError) {
        try await wakeUp.sleep(for: min(settings.timings.retryPeriod, left), since: calls, time)
        try await renew()
        lastError = nil
      } catch {
        if Task.isCancelled { return nil }
        logger.warning("cannot renew the lease", metadata: ["error": "\(error.message)"])
        lastError = error
      }
    }
  }

  private func declareLost(_ lost: Latch, after error: KubernetesError?) -> KubernetesError {
    let holder = lastKnownHolder.flatMap { $0 == settings.identity ? nil : $0 }
    let reason = holder.map { "\($0) holds it now" } ?? error?.message ?? "it was not renewed in time"
    let loss = KubernetesError(
      code: .leaseLost,
      message: "the lease \(settings.namespace)/\(settings.name) was lost: \(reason); what ran under it was cancelled")
    logger.error("lost the lease", metadata: ["error": "\(loss.message)"])
    lost.open()
    return loss
  }

  /// Renews once: with the version at hand first; after a conflict, with a fresh one if it is still ours.
  private func renew() async throws(KubernetesError) {
    do throws(KubernetesError) {
      try await writeRenewal()
    } catch {
      guard error.code == .conflict || error.code == .notFound else { throw error }
      try await look(boundedClient())
      let isOurs = state.withLock { $0.observed?.spec.holderIdentity == settings.identity }
      guard isOurs else { throw error }
      try await writeRenewal()
    }
  }

  private func writeRenewal() async throws(KubernetesError) {
    let begun = time.now()
    guard let claim = state.withLock({ $0.renewal(wallTime: wallClock.now()) }) else {
      throw KubernetesError(
        code: .leaseLost, message: "the lease \(settings.namespace)/\(settings.name) has another holder")
    }
    let stored = try await boundedClient().replace(claim)
    state.withLock { $0.stored(stored, begun: begun, at: time.now()) }
  }

  /// No request may last beyond the deadline.
  private func boundedClient() -> KubernetesClient {
    let left = state.withLock { $0.timeToDeadline(at: time.now()) }
    return client.bounded(requestTimeout: max(.milliseconds(100), min(settings.timings.requestTimeout, left)))
  }

  /// Gives the lease back, if it is still ours; failing that, it expires by itself.
  func release() async {
    let client = client.bounded(requestTimeout: settings.timings.requestTimeout)
    for _ in 0..<2 {
      guard let free = state.withLock({ $0.release(wallTime: wallClock.now()) }) else { return }
      do throws(KubernetesError) {
        let stored = try await client.replace(free)
        state.withLock { $0.stored(stored, begun: time.now(), at: time.now()) }
        logger.info("released the lease")
        return
      } catch {
        logger.info("cannot release the lease", metadata: ["error": "\(error.message)"])
        guard error.code == .conflict else { return }
        do throws(KubernetesError) { try await look(client) } catch { return }  // Logged above; it expires by itself.
      }
    }
  }
}
