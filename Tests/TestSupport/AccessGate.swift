/// Who may use something now of which there are some places: some tests, or one that has it for itself.
package actor AccessGate {
  /// One place, or all of them.
  package enum Access: Sendable { case shared, exclusive }

  /// The Citus cluster: tests with a database each, or one that stops servers.
  static let citusCluster = AccessGate(places: 4)
  /// API servers of a suite's own, which cost something even when nobody asks them.
  package static let ownServers = AccessGate(places: 4)

  /// Where the task has a place already.
  @TaskLocal private static var inside: Set<ObjectIdentifier> = []

  private let places: Int
  private var free: Int
  private var waiting: [(access: Access, continuation: CheckedContinuation<Void, Never>)] = []

  init(places: Int) {
    self.places = places
    free = places
  }

  /// Waits for a place, and has it while `body` runs; goes through where the task has one already.
  package nonisolated func whileHolding<Value>(
    _ access: Access, _ body: () async throws -> Value
  ) async throws -> Value {
    // Who has a place and waited for another would wait for those who wait until it leaves.
    let place = ObjectIdentifier(self)
    if Self.inside.contains(place) { return try await body() }
    await enter(access)
    do {
      let value = try await Self.$inside.withValue(Self.inside.union([place])) { try await body() }
      await leave(access)
      return value
    } catch {
      await leave(access)
      throw error
    }
  }

  // First come, first served, so that an exclusive test is not passed for ever.
  private func enter(_ access: Access) async {
    if waiting.isEmpty, free >= need(access) {
      free -= need(access)
      return
    }
    await withCheckedContinuation { waiting.append((access, $0)) }
  }

  private func leave(_ access: Access) {
    free += need(access)
    while let next = waiting.first, free >= need(next.access) {
      free -= need(next.access)
      waiting.removeFirst().continuation.resume()
    }
  }

  private func need(_ access: Access) -> Int { access == .shared ? 1 : places }
}
