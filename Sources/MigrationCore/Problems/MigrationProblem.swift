/// Something about the files, the history or the plan that a person must see.
///
/// A blocking problem keeps every pending migration from running; a warning is shown and goes on.
package struct MigrationProblem: Error, Sendable, Hashable {
  /// Whether anything may run while the problem stands.
  package enum Severity: Sendable, Hashable {
    /// Shown, nothing else.
    case warning
    /// Nothing is applied until it is settled.
    case blocking
  }

  /// Which problem it is.
  package let code: Code
  /// Whether it blocks.
  package var severity: Severity
  /// What happened, with the texts that differ.
  package let message: String
  /// What to do next.
  package let nextStep: String
  /// The files concerned, relative to their location, in the order they should be looked at.
  package let files: [String]
  /// The version concerned, as written.
  package let version: String?
  /// The description concerned.
  package let description: String?
  /// The place in the first of `files`.
  package let position: SourcePosition?

  /// A problem with its texts; blocking unless said otherwise.
  package init(
    _ code: Code, severity: Severity = .blocking, message: String, nextStep: String, files: [String] = [],
    version: String? = nil, description: String? = nil, position: SourcePosition? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.nextStep = nextStep
    self.files = files
    self.version = version
    self.description = description
    self.position = position
  }

  /// The first of `files`.
  package var file: String? { files.first }
  /// Whether it blocks.
  package var isBlocking: Bool { severity == .blocking }
}

/// A problem that planning or validating found.
package typealias ValidationProblem = MigrationProblem
