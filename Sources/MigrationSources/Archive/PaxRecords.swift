/// The records of a pax header that change what an entry is: path and size.
struct PaxRecords: Equatable {
  var path: [UInt8]?
  var size: Int?

  init() {}

  /// Reads `length key=value\n` records.
  ///
  /// - Parameter isGlobal: whether they are for all entries that follow: then they may say nothing that counts here (git
  ///   writes the commit as a comment).
  /// - Throws: `invalid` where they are malformed, or describe a sparse file.
  init(_ bytes: [UInt8], isGlobal: Bool) throws(SourceError) {
    let malformed = SourceError(.invalid, "an extended header of the archive is malformed")
    var rest = bytes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (48...57).contains($0) }
      guard (1...6).contains(digits.count), rest.dropFirst(digits.count).first == UInt8(ascii: " ") else {
        throw malformed
      }
      let length = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
      guard length > digits.count + 1, length <= rest.count else { throw malformed }
      let record = rest.prefix(length).dropFirst(digits.count + 1)
      guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw malformed
      }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      try take(key, record[(equals + 1)...].dropLast(), isGlobal: isGlobal)
      rest = rest.dropFirst(length)
    }
  }

  private mutating func take(_ key: String, _ value: ArraySlice<UInt8>, isGlobal: Bool) throws(SourceError) {
    guard !key.hasPrefix("GNU.sparse") else {
      throw SourceError(.invalid, "the archive holds a sparse file, which is not read; pack it without --sparse")
    }
    guard key == "path" || key == "size" else { return }
    guard !isGlobal else {
      throw SourceError(.invalid, "a global extended header of the archive sets '\(key)' of all entries")
    }
    if key == "path" {
      guard !value.isEmpty, !value.contains(0) else {
        throw SourceError(.invalid, "an extended header of the archive gives an entry no valid path")
      }
      path = Array(value)
    } else {
      guard (1...18).contains(value.count), value.allSatisfy({ (48...57).contains($0) }) else {
        throw SourceError(.invalid, "an extended header of the archive gives an entry no valid size")
      }
      size = value.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
  }
}
