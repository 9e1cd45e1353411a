import TestSupport
import Testing

/// Lets a suite whose tests run one after the other not wait behind all other tests each time (`AccessGate.goesFirst`).
struct GoesFirst: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await AccessGate.$goesFirst.withValue(true) { try await function() }
  }
}

extension Trait where Self == GoesFirst {
  /// Before other tests that wait for a database.
  static var goesFirst: Self { GoesFirst() }
}
