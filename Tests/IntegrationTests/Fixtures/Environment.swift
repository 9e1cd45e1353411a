import Glibc
import TestSupport
import Testing

/// What integration tests need from outside.
enum RealParts {
  /// The binary under test; tests never build it.
  static let binary = getenv("WHIMBREL_BINARY").map { String(cString: $0) }

  /// What is missing; nil when everything is there.
  static let missing: String? = {
    if let reason = CitusCluster.unavailableReason ?? KubernetesCluster.unavailableReason { return reason }
    guard let binary else { return "WHIMBREL_BINARY does not name the binary to test" }
    return access(binary, X_OK) == 0 ? nil : "WHIMBREL_BINARY names \(binary), which cannot be run; build it first"
  }()
}

/// States once for a suite on which Citus it runs.
struct CitusStatement: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    if RealParts.missing == nil {
      let cluster = try await CitusCluster.shared()
      print("\(test.displayName ?? test.name): Citus \(cluster.kind.rawValue) \(cluster.citusVersion)")
    }
    try await function()
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips, with the reason, where the real parts are not there.
  static var onRealParts: Self { .enabled(if: RealParts.missing == nil, Comment(rawValue: RealParts.missing ?? "")) }
}

extension Trait where Self == CitusStatement {
  /// States once for a suite on which Citus it runs.
  static var statesCitus: Self { CitusStatement() }
}
