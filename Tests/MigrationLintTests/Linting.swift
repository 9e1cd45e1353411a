import FoundationEssentials
import MigrationCore
import MigrationLint

/// Lints scripts that stand in the test.
enum Linting {
  /// The findings of a directory, each as `file:line rule`.
  static func summary(_ files: [(name: String, text: String)], settings: LintSettings = LintSettings()) -> [String] {
    run(files, settings: settings).findings.map { "\($0.path):\($0.start.line) \($0.rule)" }
  }

  /// The rules that find something in one script.
  static func rules(
    _ sql: String, name: String = "V1__add_example.sql", settings: LintSettings = LintSettings()
  )
    -> [String]
  {
    run([(name, sql)], settings: settings).findings.map(\.rule)
  }

  static func run(_ files: [(name: String, text: String)], settings: LintSettings = LintSettings()) -> Linter.Result {
    Linter(settings: settings).run(files.map { LintFile(path: $0.name, bytes: Array($0.text.utf8)) })
  }

  /// One that a rule's example stands for.
  static func run(_ example: RuleExample) -> Linter.Result {
    Linter().run(
      example.files.map { file in
        LintFile(
          path: file.name, bytes: Array(file.text.utf8), change: example.changed.contains(file.name) ? .modified : .none
        )
      })
  }
}

/// Files of the checkout; symbolic links are followed, so that a package that borrows this folder reads those beside it.
enum Checkout {
  static let path = {
    var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<3 { folder = folder.deletingLastPathComponent() }
    return folder.path(percentEncoded: false) + "/"
  }()

  static let tests = path + "Tests/MigrationLintTests/"

  /// The names of the files in a folder, in order.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}
