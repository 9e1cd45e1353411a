internal import MigrationCore
internal import Support

/// What must hold for the bytes of a script in any encoding: they are read wholly or refused.
enum EncodingProperties {
  private static let encodings = ["UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "UTF-16BE", "Shift_JIS", "US-ASCII"]
    .compactMap { CharacterEncoding($0) }

  static func check(_ bytes: [UInt8]) throws(Violation) {
    try Violation.unless(encodings.count == 7, "an encoding is not known")
    for encoding in encodings { try check(bytes, encoding) }
    try checkScript(bytes)
    try checkDetection(bytes)
  }

  private static func check(_ bytes: [UInt8], _ encoding: CharacterEncoding) throws(Violation) {
    let text: [UInt8]
    do throws(CharacterEncoding.DecodingError) {
      text = try encoding.decode(bytes)
    } catch {
      try Violation.unless(bytes.indices.contains(error.byteOffset), "\(encoding.name): byte \(error.byteOffset)")
      return try Violation.unless(encoding.name != "ISO-8859-1", "every byte is a character of ISO-8859-1")
    }
    try Violation.unless(String(validating: text, as: UTF8.self) != nil, "\(encoding.name) becomes no UTF-8")
    try Violation.unless(!encoding.isUTF8 || text == bytes, "UTF-8 is changed")
  }

  /// A script is there with Flyway's checksum, or a problem says why it is not.
  private static func checkScript(_ bytes: [UInt8]) throws(Violation) {
    var settings = MigrationSettings()
    settings.placeholderReplacement = false
    let files = [ScriptFile(path: "V1__a.sql", bytes: bytes), ScriptFile(path: "R__b.sql", bytes: bytes)]
    let set = MigrationSet.resolve(files, settings: settings)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let codes = set.problems.map(\.code)
      return try Violation.unless(codes == [.invalidEncoding, .invalidEncoding], "no UTF-8, but \(codes)")
    }
    try Violation.unless(set.problems.isEmpty, "\(set.problems)")
    let content = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let wanted = ModelFile(kind: .versioned, version: [1], spelling: "1", description: "a", content: content)
      .rawChecksum
    let found = (set.versioned + set.repeatables).flatMap { [$0.checksum, $0.rawChecksum] }
    try Violation.unless(found == [wanted, wanted, wanted, wanted], "checksums \(found), not \(wanted)")
  }

  /// With detection every file is read.
  private static func checkDetection(_ bytes: [UInt8]) throws(Violation) {
    var settings = MigrationSettings()
    settings.detectEncoding = true
    settings.placeholderReplacement = false
    let set = MigrationSet.resolve([ScriptFile(path: "V1__a.sql", bytes: bytes)], settings: settings)
    let isRead = set.versioned.count == 1 && set.problems.isEmpty
    let isRefused = set.versioned.isEmpty && set.problems.map(\.code) == [.invalidEncoding]
    try Violation.unless(isRead || isRefused, "\(set.versioned.count) scripts, \(set.problems)")
  }
}
