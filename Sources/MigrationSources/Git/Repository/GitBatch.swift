/// The framing of `git cat-file --batch` and `--batch-check`.
enum GitBatch {
  /// What is known of one object that was asked for.
  struct Object: Sendable, Equatable {
    var name: GitObjectName
    /// `blob`, `tree`, `commit` or `tag`.
    var type: String
    var size: Int
  }

  /// The questions, a line each.
  static func input(_ names: some Sequence<String>) -> [UInt8] {
    names.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
  }

  /// The answers of `--batch-check`, in the order of the questions; nil for what is missing.
  /// - Returns: nil if the answers have another form, or another number.
  static func checks(_ output: [UInt8], count: Int) -> [Object?]? {
    let lines = output.split(separator: UInt8(ascii: "\n"))
    guard lines.count == count else { return nil }
    var objects: [Object?] = []
    for line in lines {
      let text = String(decoding: line, as: UTF8.self)
      if let object = object(text) {
        objects.append(object)
      } else if text.hasSuffix(" missing") || text.hasSuffix(" ambiguous") {
        objects.append(nil)
      } else {
        return nil
      }
    }
    return objects
  }

  /// The answers of `--batch`: `OBJECT TYPE SIZE`, a line feed, the bytes, a line feed.
  /// - Returns: nil if the answers have another form, or one is missing.
  static func contents(_ output: [UInt8]) -> [GitObjectName: [UInt8]]? {
    var contents: [GitObjectName: [UInt8]] = [:]
    var rest = output[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")),
        let object = object(String(decoding: rest[..<end], as: UTF8.self))
      else { return nil }
      rest = rest[(end + 1)...]
      guard object.size < rest.count, rest[rest.startIndex + object.size] == UInt8(ascii: "\n") else { return nil }
      contents[object.name] = Array(rest.prefix(object.size))
      rest = rest.dropFirst(object.size + 1)
    }
    return contents
  }

  private static func object(_ line: String) -> Object? {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 3, let name = GitObjectName(fields[0]), let size = Int(fields[2]), size >= 0,
      ["blob", "tree", "commit", "tag"].contains(fields[1])
    else { return nil }
    return Object(name: name, type: String(fields[1]), size: size)
  }
}
