internal import Support

/// What Flyway guesses a file to be written in when `detectEncoding` is set (`EncodingDetector.java`).
///
/// A byte order mark of UTF-16, then valid UTF-8, else ISO-8859-1, which fits everything; unless most of every second
/// byte is zero, as in UTF-16 without a mark. Flyway reads the latter with the high byte first although it looks for
/// zeros in the second bytes, and gets nothing but garbage; here it is read with the low byte first.
enum EncodingGuess {
  static func encoding(of bytes: [UInt8]) -> CharacterEncoding {
    let isEven = bytes.count.isMultiple(of: 2)
    if isEven, bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    if isEven, bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if isEven, hasZeroSeconds(bytes) { return .utf16LittleEndian }
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
      return .utf8
    } catch {
      return .latin1
    }
  }

  private static func hasZeroSeconds(_ bytes: [UInt8]) -> Bool {
    var zeros = 0
    for index in stride(from: 1, to: bytes.count, by: 2) where bytes[index] == 0 { zeros += 1 }
    return zeros * 2 > bytes.count / 2
  }
}
