internal import Support

/// The text of files, strictly decoded: bytes that belong to no character are an error, as in Flyway.
enum UTF8Text {
  /// - Throws: `.invalidEncoding` with the place of the first offending byte.
  static func validate(_ bytes: [UInt8]) throws(MigrationError) {
    _ = try utf8(bytes, as: .utf8)
  }

  /// The same text in UTF-8.
  ///
  /// - Throws: `.invalidEncoding` with the place of the first offending byte.
  static func utf8(_ bytes: [UInt8], as encoding: CharacterEncoding) throws(MigrationError) -> [UInt8] {
    do throws(CharacterEncoding.DecodingError) {
      return try encoding.decode(bytes)
    } catch {
      let nextStep =
        encoding.isUTF8
        ? "Save the file as UTF-8, or set encoding to what it is written in."
        : "Save the file as \(encoding.name), or correct the encoding in its .conf or in the settings."
      guard encoding.isUTF8 else {
        throw MigrationError(
          .invalidEncoding,
          "The file is not \(encoding.name): the byte at offset \(error.byteOffset) belongs to no character.",
          nextStep: nextStep)
      }
      var cursor = PositionCursor()
      let place = cursor.position(of: error.byteOffset, in: bytes.span)
      throw MigrationError(
        .invalidEncoding, "The file is not UTF-8: the byte at \(place) belongs to no character.", nextStep: nextStep,
        at: place)
    }
  }

  /// The text of valid UTF-8 without one byte order mark at its start.
  static func withoutMark(_ utf8: [UInt8]) -> String {
    String(decoding: utf8[markLength(utf8)...], as: UTF8.self)
  }

  /// 3 if the bytes start with a byte order mark, else 0.
  static func markLength(_ bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }
}
