internal import Logging
internal import Support

extension LeaseLock {
  /// What one attempt came to.
  enum Attempt: Sendable, Equatable {
    case acquired(LeaseGrant)
    /// Held by someone whose time is over after the given time.
    case held(by: String, expiresIn: Duration)
  }

  /// Tries until the lease is held: at the moment in which its holder's time is over, when a release is observed, and
  /// every retry period.
  ///
  /// - Parameter isStopped: asked before every attempt, and after `wakeUp` was called; true ends the waiting.
  /// - Returns: nil if stopped.
  func acquire(unless isStopped: @Sendable () -> Bool) async throws(KubernetesError) -> LeaseGrant? {
    var lastHolder: String?
    while true {
      let calls = wakeUp.calls
      if isStopped() { return nil }
      var pause = settings.timings.acquirePause(random: random())
      do throws(KubernetesError) {
        switch try await attempt(timeout: settings.timings.requestTimeout) {
        case .acquired(let grant):
          logger.info("acquired the lease", metadata: ["lease.transitions": "\(grant.transitions)"])
          return grant
        case .held(let holder, let expiresIn):
          pause = min(pause, expiresIn)
          if holder != lastHolder { logger.info("waiting for the lease", metadata: ["lease.holder": "\(holder)"]) }
          lastHolder = holder
        }
      } catch {
        guard error.isTransient else { throw error }
        logger.warning("cannot acquire the lease yet", metadata: ["error": "\(error.message)"])
      }
      try await wakeUp.sleep(for: pause, since: calls, time)
    }
  }

  /// Looks at the lease, and takes it if it is free.
  func attempt(timeout: Duration) async throws(KubernetesError) -> Attempt {
    let client = client.bounded(requestTimeout: timeout)
    try await look(client)
    let begun = time.now()
    let (decision, seen) = state.withLock { ($0.decision(at: begun), $0.observed) }
    switch (decision, seen) {
    case (.wait(let holder, let left), _): return .held(by: holder, expiresIn: left)
    case (.take, let lease?), (.renew, let lease?):
      let least = leastTransition()
      let claim = state.withLock { $0.claim(lease, leastTransitions: least, wallTime: wallClock.now()) }
      return try await write(client, begun, previous: lease) { () throws(KubernetesError) in
        try await client.replace(claim)
      }
    case (_, _):
      let transitions = firstTransition()
      let creation = state.withLock {
        $0.creation(
          name: settings.name, namespace: settings.namespace, labels: settings.labels, transitions: transitions,
          wallTime: wallClock.now())
      }
      return try await write(client, begun, previous: nil) { () throws(KubernetesError) in
        try await client.create(creation)
      }
    }
  }

  /// Writes our claim; if someone else was faster, tells who.
  private func write(
    _ client: KubernetesClient, _ begun: Duration, previous: Lease?, _ send: () async throws(KubernetesError) -> Lease
  ) async throws(KubernetesError) -> Attempt {
    do throws(KubernetesError) {
      let stored = try await send()
      state.withLock { $0.stored(stored, begun: begun, at: time.now()) }
      let holder = previous?.spec.holderIdentity.flatMap { $0.isEmpty || $0 == settings.identity ? nil : $0 }
      return .acquired(
        LeaseGrant(
          unreleasedBy: holder, transitions: stored.spec.leaseTransitions ?? 0, leaseUID: stored.metadata.uid ?? ""))
    } catch {
      guard error.code == .conflict || error.code == .alreadyExists else { throw error }
      try await look(client)
      if case .wait(let holder, let left) = state.withLock({ $0.decision(at: time.now()) }) {
        return .held(by: holder, expiresIn: left)
      }
      return .held(by: "another candidate, which was faster", expiresIn: settings.timings.retryPeriod)
    }
  }

  /// Reads the lease into the state.
  func look(_ client: KubernetesClient) async throws(KubernetesError) {
    do throws(KubernetesError) {
      let lease = try await client.get(Lease.self, name: settings.name, namespace: settings.namespace)
      state.withLock { $0.observe(lease, at: time.now()) }
    } catch {
      guard error.code == .notFound else { throw error }
      state.withLock { $0.observe(nil, at: time.now()) }
    }
  }
}
