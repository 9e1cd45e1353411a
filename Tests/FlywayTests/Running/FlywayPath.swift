/// A way to have a command of a case done: through the library or through the command line.
protocol FlywayPath: Sendable {
  /// Which one, for messages and for differences that concern only one.
  static var kind: PathKind { get }
  /// Fields that this way cannot show.
  static var unseen: Set<String> { get }

  /// Does one command in a folder and on a database, and says what it showed.
  func perform(_ step: RecordedStep, _ place: CasePlace) async throws -> [String: JSONValue]
}

/// A way to have a command done.
enum PathKind: String, Sendable, CaseIterable {
  case library
  case commandLine = "command line"
}

/// Where a case happens.
struct CasePlace {
  let recorded: RecordedCase
  let folder: CaseFolder
  let database: CaseDatabase

  /// Settings and texts of a case with its names put in.
  func resolve(_ text: String) -> String {
    [("$DIR", folder.path), ("$DB", database.name), ("$URL", database.url)].reduce(text) { text, name in
      text.split(separator: name.0, omittingEmptySubsequences: false).joined(separator: name.1)
    }
  }

  /// A text with the folder's name taken out again.
  func anonymous(_ text: String) -> String {
    text.split(separator: folder.path, omittingEmptySubsequences: false).joined(separator: "$DIR")
  }

  /// The settings of a step, with address, user and the default location.
  func settings(of step: RecordedStep) -> [String: String] {
    var settings = [
      "url": database.url, "user": "postgres", "locations": "filesystem:$DIR/sql", "password": database.password,
    ]
    settings.merge(recorded.config(of: step)) { $1 }
    return settings.mapValues { resolve($0) }
  }
}
