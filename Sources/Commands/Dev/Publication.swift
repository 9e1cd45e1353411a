internal import MigrationCore

/// What of a directory is published, and what is held back because it is not finished: a value.
struct Publication: Sendable, Equatable {
  /// The ConfigMap's data: texts by file name.
  private(set) var data: [String: String] = [:]
  /// Why a file is not published as it is, in the order of the files.
  private(set) var held: [String] = []

  /// Sorts the files of a directory; of a file that is held back stays what was published before.
  init(_ files: [ScriptFile], names: ScriptNames, before: [String: String]) {
    for file in files where names.include(file.path) {
      let text = String(validating: file.bytes, as: UTF8.self)
      if let text, text == before[file.path] {
        data[file.path] = text
      } else if let obstacle = Self.obstacle(file.path, text) {
        held.append(obstacle)
        data[file.path] = before[file.path]
      } else {
        data[file.path] = text
      }
    }
  }

  // `touch`, a template and an editor that truncates first leave a file without a statement: applied like that, it could
  // not be written any more. A text that ends within a literal is not whole either.
  private static func obstacle(_ path: String, _ text: String?) -> String? {
    guard let text else { return "\(path) is not UTF-8 text; save it as UTF-8" }
    guard !path.lowercased().hasSuffix(".conf") else { return nil }
    do throws(SQLScriptError) {
      let isEmpty = try StatementSplitter.split(text).isEmpty && StatementSplitter.survey(text).backfills.isEmpty
      return isEmpty ? "\(path) has no statement yet; it is applied once it has" : nil
    } catch {
      guard cutShort.contains(error.code) else { return nil }
      let place = error.position.map { ":\($0.line):\($0.column)" } ?? ""
      return "\(path)\(place): \(error.message) Not applied. \(error.nextStep)"
    }
  }

  private static let cutShort: Set<MigrationError.Code> = [
    .unterminatedString, .unterminatedIdentifier, .unterminatedDollarQuote, .unterminatedComment,
    .unclosedParenthesis, .unclosedBlock, .copyWithoutEnd,
  ]

  /// What is new, changed and gone since before, for people.
  func changes(since before: [String: String]) -> [String] {
    let saved = data.filter { before[$0.key] != $0.value }.keys.sorted()
    let gone = before.keys.filter { data[$0] == nil }.sorted()
    return (saved.isEmpty ? [] : ["saved \(Self.list(saved))"]) + (gone.isEmpty ? [] : ["removed \(Self.list(gone))"])
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
