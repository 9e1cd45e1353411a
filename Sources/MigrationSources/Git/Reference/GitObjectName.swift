/// The whole name of a git object: 40 hexadecimal digits of SHA-1, or 64 of SHA-256.
package struct GitObjectName: Sendable, Hashable, CustomStringConvertible {
  /// The function by which a repository names its objects.
  package enum Format: String, Sendable {
    case sha1, sha256
  }

  package let description: String

  /// Takes a name; nil if it is something else, such as a shortened name.
  package init?(_ text: some StringProtocol) {
    let isHexadecimal = text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    guard isHexadecimal, text.utf8.count == 40 || text.utf8.count == 64 else { return nil }
    description = String(text)
  }

  /// By which function it was made.
  package var format: Format { description.utf8.count == 40 ? .sha1 : .sha256 }
}
