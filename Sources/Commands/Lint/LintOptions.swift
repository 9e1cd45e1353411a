internal import ArgumentParser
internal import MigrationLint

/// What the arguments of `whimbrel lint` say.
struct LintOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whimbrel lint", abstract: "Say what is wrong with migrations, without a database.",
    discussion: """
      All scripts of a folder are read in the order in which they run, so that each is judged by what is true then. Ends \
      with 0 if nothing is found, 1 if something is, 2 for arguments or settings that cannot be followed, 3 if a file \
      cannot be read or written.
      """)

  /// The form of the report.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif, github, gitlab, junit
  }

  /// From which level on findings make the command fail.
  enum FailOn: String, ExpressibleByArgument, CaseIterable {
    case off, info, warning, error

    /// Whether findings of a level do.
    func includes(_ level: Level) -> Bool {
      Level(rawValue: rawValue).map { level >= $0 } ?? false
    }
  }

  @Argument(help: "Folders with migrations, or single files of such folders.")
  var paths: [String] = []

  @Option(help: "The form of the report: text, json, sarif, github, gitlab or junit.")
  var format = Format.text

  @Option(help: "From which level on findings make the command fail: error (default), warning, info or off.")
  var failOn: FailOn?

  @Option(help: "Report only files that differ from this revision of git, and applied ones that were changed since.")
  var since: String?

  @Option(help: "Findings in this file are passed over.")
  var baseline: String?

  @Option(help: "Write all findings into this file, for --baseline, and report none.")
  var writeBaseline: String?

  @Option(help: "The settings; whimbrel.yaml of the working directory if that is there.")
  var config: String?

  @Option(help: "Which of lint.environments of the settings counts.")
  var environment: String?

  @Flag(help: "Change the files where that can be done safely.")
  var fix = false

  @Option(help: "Write the report into this file instead of the standard output.")
  var reportFile: String?

  @Option(help: "When to colour: auto, always or never.")
  var color = OutputOptions.Color.auto

  @Option(help: "Print what a rule is about, or all of them with `all`.")
  var explain: String?
}

extension OutputOptions.Color: ExpressibleByArgument {}
