/// Strict UTF-8, as Flyway reads its files by default.
enum UTF8Text {
  /// - Throws: `.invalidEncoding` with the place of the first offending byte.
  static func validate(_ bytes: [UInt8]) throws(MigrationError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      var cursor = PositionCursor()
      let place = cursor.position(of: error.byteOffsets.lowerBound, in: bytes.span)
      throw MigrationError(
        .invalidEncoding, "The file is not UTF-8: the byte at \(place) belongs to no character.",
        nextStep: "Save the file as UTF-8.", at: place)
    }
  }

  /// The text of valid bytes without one byte order mark at its start.
  static func decode(_ bytes: [UInt8]) throws(MigrationError) -> String {
    try validate(bytes)
    return String(decoding: bytes[markLength(bytes)...], as: UTF8.self)
  }

  /// 3 if the bytes start with a byte order mark, else 0.
  static func markLength(_ bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }
}
