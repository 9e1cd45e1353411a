internal import Logging
internal import Support

extension LeaseLock {
  /// What one attempt came to.
  enum Attempt: Sendable, Equatable {
    case acquired(LeaseGrant)
    case held(by: String)
  }

  /// Tries until the lease is held.
  func acquire() async throws(KubernetesError) -> LeaseGrant {
    var lastHolder: String?
    while true {
      do throws(KubernetesError) {
        switch try await attempt(timeout: settings.timings.requestTimeout) {
        case .acquired(let grant):
          logger.info("acquired the lease", metadata: ["lease.transitions": "\(grant.transitions)"])
          return grant
        case .held(let holder):
          if holder != lastHolder { logger.info("waiting for the lease", metadata: ["lease.holder": "\(holder)"]) }
          lastHolder = holder
        }
      } catch {
        guard error.isTransient else { throw error }
        logger.warning("cannot acquire the lease yet", metadata: ["error": "\(error.message)"])
      }
      try await time.sleep(for: settings.timings.acquirePause(random: random()))
    }
  }

  /// Looks at the lease, and takes it if it is free.
  func attempt(timeout: Duration) async throws(KubernetesError) -> Attempt {
    let client = client.bounded(requestTimeout: timeout)
    try await look(client)
    let begun = time.now()
    let (decision, seen) = state.withLock { ($0.decision(at: begun), $0.observed) }
    switch (decision, seen) {
    case (.wait(let holder, _), _): return .held(by: holder)
    case (.take, let lease?), (.renew, let lease?):
      let claim = state.withLock { $0.claim(lease, wallTime: wallClock.now()) }
      return try await write(client, begun, previous: lease) { () throws(KubernetesError) in
        try await client.replace(claim)
      }
    case (_, _):
      let creation = state.withLock {
        $0.creation(
          name: settings.name, namespace: settings.namespace, labels: settings.labels, wallTime: wallClock.now())
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
      return .acquired(LeaseGrant(unreleasedBy: holder, transitions: stored.spec.leaseTransitions ?? 0))
    } catch {
      guard error.code == .conflict || error.code == .alreadyExists else { throw error }
      try await look(client)
      return .held(by: lastKnownHolder ?? "another candidate, which was faster")
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
