/// Texts that fit the history table's columns, shortened as Flyway does (`AbbreviationUtils.java`).
package enum HistoryText {
  /// The column `version`, in characters; Flyway does not shorten it, the server refuses longer ones.
  package static let longestVersion = 50
  /// The column `description`, in UTF-16 code units.
  package static let longestDescription = 200
  /// The column `script`, in UTF-16 code units.
  package static let longestScript = 1000

  /// A description: beyond 200 units the first 197 and `...`.
  package static func description(_ text: String) -> String {
    guard isShortened(text) else { return text }
    return decode(text.utf16.prefix(longestDescription - 3)) + "..."
  }

  /// Whether a description is too long for its column.
  static func isShortened(_ text: String) -> Bool {
    text.utf16.count > longestDescription
  }

  /// A script's path: beyond 1000 units `...` and the units from the 4th to the 1000th.
  package static func script(_ path: String) -> String {
    guard path.utf16.count > longestScript else { return path }
    return "..." + decode(path.utf16.dropFirst(3).prefix(longestScript - 3))
  }

  /// Text of some units; a pair that the cut would tear apart is left out.
  private static func decode(_ units: some BidirectionalCollection<UInt16>) -> String {
    let first = units.first.map(UTF16.isTrailSurrogate) == true ? 1 : 0
    let last = units.last.map(UTF16.isLeadSurrogate) == true ? 1 : 0
    return String(decoding: units.dropFirst(first).dropLast(last), as: UTF16.self)
  }
}
