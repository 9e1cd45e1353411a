/// One entry of a tree, as `git ls-tree -r -z -l` lists it.
struct GitTreeEntry: Sendable, Equatable {
  /// What it is, by its mode.
  enum Kind: Sendable, Equatable {
    case file, link, submodule
  }

  var kind: Kind
  var object: GitObjectName
  /// Nil where the object is not in the cache (`BAD`), and for a submodule.
  var size: Int?
  /// Below the tree that was listed.
  var path: String

  /// Reads `MODE TYPE OBJECT SIZE<TAB>PATH<NUL>`, any number of them.
  /// - Throws: `invalid` for a path that is not UTF-8; `unavailable` for what git never writes.
  static func list(_ output: [UInt8]) throws(SourceError) -> [GitTreeEntry] {
    var entries: [GitTreeEntry] = []
    for record in output.split(separator: 0) {
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")),
        let head = String(validating: record[..<tab], as: UTF8.self)
      else { throw unreadable }
      let name = record[record.index(after: tab)...]
      guard let path = String(validating: name, as: UTF8.self) else {
        throw SourceError(
          .invalid, "the name of the file '\(String(decoding: name, as: UTF8.self))' is not UTF-8; rename it")
      }
      let fields = head.split(separator: " ")
      guard fields.count == 4, let object = GitObjectName(fields[2]) else { throw unreadable }
      entries.append(
        GitTreeEntry(kind: try kind(mode: fields[0]), object: object, size: Int(fields[3]), path: path))
    }
    return entries
  }

  // gitformat-tree: the modes that a tree may hold.
  private static func kind(mode: Substring) throws(SourceError) -> Kind {
    switch mode {
    case "100644", "100755", "100664": return .file
    case "120000": return .link
    case "160000": return .submodule
    default: throw unreadable
    }
  }

  private static let unreadable = SourceError(
    .unavailable, "git listed the tree in a form that is not known; report this with the version of git")
}
