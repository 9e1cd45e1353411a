/// Who may use the cluster now: some tests with a database each, or one that stops servers.
actor CitusClusterGate {
  enum Access { case shared, exclusive }

  static let shared = CitusClusterGate(places: 4)

  /// Whether the task has a place already.
  @TaskLocal private static var isInside = false

  private let places: Int
  private var free: Int
  private var waiting: [(access: Access, continuation: CheckedContinuation<Void, Never>)] = []

  init(places: Int) {
    self.places = places
    free = places
  }

  nonisolated func whileHolding<Value>(_ access: Access, _ body: () async throws -> Value) async throws -> Value {
    // Who has a place and waited for another would wait for those who wait until it leaves.
    if Self.isInside { return try await body() }
    await enter(access)
    do {
      let value = try await Self.$isInside.withValue(true) { try await body() }
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
