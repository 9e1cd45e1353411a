package import MigrationCore

/// What the rules need to know about the project, and how much each weighs.
package struct LintSettings: Sendable, Hashable {
  /// What runs the scripts.
  package enum Runner: String, Sendable, Hashable, CaseIterable {
    /// Sets the timeouts of a transactional migration itself, and lets them reach the workers.
    case whimbrel
    /// Sets nothing.
    case flyway
  }

  /// What a rule's findings count as.
  package enum Weight: Sendable, Hashable {
    /// They are not reported.
    case off
    /// They have this level, whatever the rule says.
    case level(Level)
  }

  /// What a table of events has to look like.
  package struct EventTables: Sendable, Hashable {
    /// Of tables' names, with `*` for any text; empty turns the check off.
    package var pattern = "*_events"
    /// Columns that each of them has, beside the tenant's.
    package var columns = ["aggregate_id", "event_type", "event_data", "idempotency_key", "created_at"]
    /// The column that, with the tenant's, keeps an event from being written twice.
    package var key = "idempotency_key"

    /// The shape of the guide.
    package init() {}
  }

  /// The column that says whose a row is.
  package var tenantColumn = "tenant_id"
  /// What runs the scripts.
  package var runner = Runner.whimbrel
  /// What a table of events has to look like.
  package var eventTables = EventTables()
  /// Descriptions that say nothing, in lower case; numbers at their end do not count.
  package var vagueDescriptions: Set<String> = [
    "update", "updates", "fix", "fixes", "change", "changes", "misc", "temp", "tmp", "test", "wip", "stuff", "new",
    "migration", "sql", "script", "patch", "alter", "modify", "todo", "foo", "bar", "asdf", "untitled",
  ]
  /// How the files are named.
  package var naming = MigrationNaming.flyway
  /// Where unqualified names go.
  package var defaultSchema = "public"
  /// Whether `${...}` stands for something else.
  package var placeholderReplacement = true
  /// Before a placeholder's name.
  package var placeholderPrefix = "${"
  /// Behind a placeholder's name.
  package var placeholderSuffix = "}"
  /// How much a rule's findings weigh, where it is not what the rule says.
  package var weights: [String: Weight] = [:]
  /// The same for files whose path matches a pattern; the last one that matches counts.
  package var pathWeights: [(pattern: String, weights: [String: Weight])] {
    get { pathEntries.map { ($0.pattern, $0.weights) } }
    set { pathEntries = newValue.map { PathEntry(pattern: $0.pattern, weights: $0.weights) } }
  }
  /// `YYYY-MM-DD`, to know which ignored findings are due; empty lets none be.
  package var today = ""
  /// How much one script may be.
  package var limits = SQLLimits.standard

  private struct PathEntry: Sendable, Hashable {
    let pattern: String
    let weights: [String: Weight]
  }

  private var pathEntries: [PathEntry] = []

  /// The defaults.
  package init() {}

  /// What a rule's findings in a file count as; nil leaves it to the rule.
  func weight(of rule: String, in path: String) -> Weight? {
    let matching = pathEntries.last { $0.weights[rule] != nil && Glob.matches($0.pattern, path) }
    return matching?.weights[rule] ?? weights[rule]
  }
}
