import TestSupport
import Testing

/// Gives a suite an API server of its own, which its tests may kill.
struct OwnAPIServer: SuiteTrait, TestScoping {
  @TaskLocal static var infrastructure: LocalInfrastructure?

  /// Whether there is a Citus cluster of its own, too.
  var withDatabases = false

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard RealParts.missing == nil else { return try await function() }
    try await AccessGate.ownServers.whileHolding(.shared) {
      try await LocalInfrastructure.run(kubernetesOnly: !withDatabases) { infrastructure in
        try await Self.$infrastructure.withValue(infrastructure) { try await function() }
      }
    }
  }
}

extension Trait where Self == OwnAPIServer {
  /// Gives a suite an API server of its own, which its tests may kill.
  static var ownAPIServer: Self { OwnAPIServer() }
  /// The same with a Citus cluster.
  static var ownInfrastructure: Self { OwnAPIServer(withDatabases: true) }
}
