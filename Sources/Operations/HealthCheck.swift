/// The answer to one question about the health of the process.
package struct HealthCheck: Sendable, Equatable {
  /// A short name, such as `leader-election`.
  package let name: String
  /// What is wrong, in a few words without data from outside; nil if nothing is.
  package let problem: String?

  /// A check that found this problem, or none.
  package init(_ name: String, problem: String?) {
    self.name = name
    self.problem = problem
  }
}
