/// How a plan that waits is looked into.
package struct PlanSpec: Codable, Sendable, Equatable {
  /// Whether it is tried in a database of its own on the coordinator; default false: what it does is then worked out from
  /// its text.
  package var scratchDatabase: Bool?

  /// A declaration of its parts.
  package init(scratchDatabase: Bool? = nil) {
    self.scratchDatabase = scratchDatabase
  }
}
