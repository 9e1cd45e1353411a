/// Which states validation passes over: Flyway's setting `ignoreMigrationPatterns` (`ValidatePattern.java`).
package struct IgnorePattern: Sendable, Hashable {
  /// Which migrations.
  package enum Category: String, Sendable, Hashable, CaseIterable {
    /// Both kinds.
    case any = "*"
    /// With a version.
    case versioned
    /// Without.
    case repeatable
  }

  /// Which states.
  package enum State: String, Sendable, Hashable, CaseIterable {
    /// All, failed ones included.
    case any = "*"
    /// Applied, file gone, and newer files are there.
    case missing
    /// Not applied yet.
    case pending
    /// Not applied and passed over because a higher version is applied.
    case ignored
    /// Applied, and newer than every file.
    case future
  }

  /// Which migrations.
  package let category: Category
  /// Which states.
  package let state: State

  /// A pattern from its parts.
  package init(_ category: Category, _ state: State) {
    self.category = category
    self.state = state
  }

  /// Reads `type:state`, such as `*:future`; case does not matter.
  ///
  /// - Throws: `.invalidSetting`.
  package init(_ text: String) throws(MigrationError) {
    let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.split(separator: " ").joined(separator: " ")
    }
    guard parts.count == 2, let category = Category(rawValue: parts[0]), let state = State(rawValue: parts[1]) else {
      throw MigrationError(
        .invalidSetting, "`\(text.prefix(60))` is not a pattern of ignoreMigrationPatterns.",
        nextStep:
          "Write type:state with type *, repeatable or versioned and state *, missing, pending, ignored or future.")
    }
    self.init(category, state)
  }

  /// Whether patterns cover a state for both kinds of migrations, by one pattern or by two
  /// (`ValidatePatternUtils.java`).
  static func cover(_ state: State, _ patterns: [IgnorePattern]) -> Bool {
    let fitting = patterns.filter { $0.state == state || $0.state == .any }.map(\.category)
    return fitting.contains(.any) || fitting.contains(.versioned) && fitting.contains(.repeatable)
  }
}
