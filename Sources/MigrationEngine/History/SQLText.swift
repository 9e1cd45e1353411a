/// Quoting for the few statements that the engine builds itself.
enum SQLText {
  /// A quoted identifier: `"a""b"`.
  static func identifier(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// A string literal that means the same whatever `standard_conforming_strings` is; nil is `NULL`.
  static func literal(_ text: String?) -> String {
    guard let text else { return "NULL" }
    let doubled = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return "'\(doubled)'" }
    return "E'" + doubled.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\") + "'"
  }

  /// A number, or `NULL`.
  static func number(_ value: (some BinaryInteger)?) -> String {
    value.map { String($0) } ?? "NULL"
  }

  /// `"schema"."table"`, the text that Flyway hashes for its lock and that every statement of ours uses.
  static func table(schema: String, name: String) -> String {
    "\(identifier(schema)).\(identifier(name))"
  }
}
