/// What is shown where, as asked for.
struct OutputOptions: Sendable, Equatable {
  /// The form of the result.
  enum Format: Sendable, Equatable {
    /// For people, and logs on standard error.
    case text
    /// Flyway's JSON on standard output, logs on standard error.
    case json
    /// As Flyway does it: nothing but JSON, and `validate` ends with 0 whatever it found.
    case flywayJSON
    /// For a comment on a pull request; of `plan` alone.
    case markdown

    /// Whether programs read it.
    var isData: Bool { self == .json || self == .flywayJSON }
  }

  /// When to colour.
  enum Color: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// How much to tell.
  enum Verbosity: Sendable, Equatable {
    case quiet, normal, debug
  }

  /// Nil where the arguments do not say.
  var format: Format?
  /// Nil where the arguments do not say.
  var color: Color?
  var verbosity = Verbosity.normal
  /// `info` prints versions and descriptions only, with commas between them.
  var onlyMigrationIdentifiers = false
}
