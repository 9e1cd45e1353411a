/// The advisory lock that Flyway takes on PostgreSQL (`PostgreSQLAdvisoryLockTemplate.java`).
package enum HistoryLockKey {
  /// The key for one history table: "Flyway" in ASCII as a number, plus Java's hash of the quoted, qualified name.
  package static func key(schema: String, table: String) -> Int64 {
    0x466C_7977_6179 + Int64(javaHash("\(quoted(schema)).\(quoted(table))"))
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// `java.lang.String.hashCode`.
  private static func javaHash(_ text: String) -> Int32 {
    text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) }
  }
}
