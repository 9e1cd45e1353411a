package import MigrationLint

/// Whether and how pending migrations are judged before they run; absent means that they are not.
package struct LintSpec: Codable, Sendable, Equatable {
  /// `Error` (default), `Warning`, `Info` or `Never`.
  package var failOn: String?
  package var tenantColumn: String?
  /// By rule: `Off`, `Info`, `Warning` or `Error`.
  package var rules: [String: String]?

  /// A declaration of its parts.
  package init(failOn: String? = nil, tenantColumn: String? = nil, rules: [String: String]? = nil) {
    self.failOn = failOn
    self.tenantColumn = tenantColumn
    self.rules = rules
  }
}

/// A `LintSpec` as the stages use it.
package struct LintPolicy: Sendable, Equatable {
  /// Findings of this level or above stop a run; nil stops none.
  package var failOn: Level? = .error
  package var settings = LintSettings()

  /// How many rules may have a level of their own.
  static let mostRules = 100

  /// What `whimbrel lint` does without a word.
  package init() {}
}
