/// One thing that a script should not do: a name, texts, examples, and how it is found.
package struct Rule: Sendable {
  /// What a check looks at.
  enum Check: Sendable {
    /// One statement, with the state before it.
    case statement(@Sendable (StatementContext) -> [Remark])
    /// One script, with the state behind it.
    case script(@Sendable (ScriptContext) -> [Remark])
    /// All scripts, with the state behind the last one.
    case directory(@Sendable (DirectoryContext) -> [Remark])
  }

  /// Stable, lower case: in reports, settings and comments.
  package let id: String
  /// What its findings weigh unless they or the settings say otherwise.
  package let level: Level
  /// What is wrong, in a few words.
  package let title: String
  /// The fact of Citus or PostgreSQL behind it.
  package let why: String
  /// What to do instead.
  package let remedy: String
  /// What the server itself says, where it says anything.
  package let serverMessage: String?
  /// Whether `--fix` can change it, always or in some cases.
  package let hasEdits: Bool
  /// Scripts that it finds something in, and scripts that it does not.
  package let examples: [RuleExample]
  let checks: [Check]

  init(
    _ id: String, _ level: Level, _ title: String, why: String, remedy: String, serverMessage: String? = nil,
    hasEdits: Bool = false, examples: [RuleExample], checks: [Check]
  ) {
    self.id = id
    self.level = level
    self.title = title
    self.why = why
    self.remedy = remedy
    self.serverMessage = serverMessage
    self.hasEdits = hasEdits
    self.examples = examples
    self.checks = checks
  }
}

/// A directory of scripts as one text: a line `-- V2__name.sql` begins the next file.
package struct RuleExample: Sendable {
  /// Whether the rule finds something in it.
  package let isBad: Bool
  /// All files.
  package let text: String
  /// Whether a server can take it as it is; not so where data, another revision or another runner is needed to show it.
  package let isForServer: Bool
  /// What Citus says when it refuses it, a part of its error or detail; nil where it takes it.
  package let refusal: String?
  /// Names of files that were there before with another content.
  package let changed: [String]

  static func bad(
    _ text: String, isForServer: Bool = true, refusal: String? = nil, changed: [String] = []
  ) -> RuleExample {
    RuleExample(isBad: true, text: text, isForServer: isForServer, refusal: refusal, changed: changed)
  }

  static func good(_ text: String, isForServer: Bool = true, changed: [String] = []) -> RuleExample {
    RuleExample(isBad: false, text: text, isForServer: isForServer, refusal: nil, changed: changed)
  }

  /// The files, each with its name.
  package var files: [(name: String, text: String)] {
    var result: [(name: String, text: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isName = line.hasPrefix("-- ") && line.hasSuffix(".sql") && !line.dropFirst(3).contains(" ")
      if isName {
        result.append((String(line.dropFirst(3)), ""))
      } else {
        if result.isEmpty { result.append(("V1__add_example.sql", "")) }
        result[result.count - 1].text += line + "\n"
      }
    }
    return result
  }
}
