/// The name of a time zone, such as `Europe/Zurich`: the path of its file below the directory of zones.
package struct ZoneName: Sendable, Hashable {
  /// As written.
  package let text: String

  /// Coordinated universal time.
  package static let utc = ZoneName(unchecked: "UTC")
  /// Whether it needs no file.
  package var isUTC: Bool { text == "UTC" || text == "Etc/UTC" }

  private init(unchecked text: String) {
    self.text = text
  }

  /// Reads a name: at most 64 letters, digits, `_`, `+`, `-` and `/`; never absolute, and no part begins with a dot.
  /// - Throws: `zone`.
  package init(_ text: String) throws(PromotionError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isWellFormed = parts.allSatisfy { part in
      !part.isEmpty
        && part.allSatisfy { byte in
          (65...90).contains(byte & 0xDF) || (48...57).contains(byte)
            || [UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte)
        }
    }
    guard text.utf8.count <= 64, isWellFormed else {
      throw PromotionError(.zone, "'\(text.prefix(64))' is no name of a time zone; write one like Europe/Zurich")
    }
    self.text = text
  }
}
