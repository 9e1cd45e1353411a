internal import Glibc

/// A character encoding, by any name that Java or iconv gives it, decoded by glibc's iconv.
///
/// Decoding is strict: bytes that stand for no character are an error, never a replacement character. iconv itself
/// knows the encodings of Unicode and ASCII; all others are tables of the package `libc6` (`gconv`), so that an
/// encoding that a slim image left out is not known there.
package struct CharacterEncoding: Sendable, Hashable {
  /// As given, for messages.
  package let name: String
  /// What iconv is asked for.
  private let iconvName: String

  /// UTF-8, checked and not converted.
  package static let utf8 = CharacterEncoding(name: "UTF-8", iconvName: "UTF-8")
  /// ISO 8859-1, which every byte is part of.
  package static let latin1 = CharacterEncoding(name: "ISO-8859-1", iconvName: "ISO-8859-1")
  /// UTF-16 with the high byte first.
  package static let utf16BigEndian = CharacterEncoding(name: "UTF-16BE", iconvName: "UTF-16BE")
  /// UTF-16 with the low byte first.
  package static let utf16LittleEndian = CharacterEncoding(name: "UTF-16LE", iconvName: "UTF-16LE")

  private init(name: String, iconvName: String) {
    self.name = name
    self.iconvName = iconvName
  }

  /// An encoding by its name, case aside: `windows-1252`, `Cp1252`, `ISO8859_1`, `UTF-16`, `Shift_JIS`, ...
  ///
  /// Nil if iconv knows none of that name, and for names with anything but letters, digits, `-`, `_`, `.` and `:`.
  package init?(_ name: String) {
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_.:".unicodeScalars.contains(scalar))
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 60 else { return nil }
    let known = Self.canonical(name)
    guard known == "UTF-8" || Self.isKnown(known) else { return nil }
    self.init(name: name, iconvName: known)
  }

  /// Whether it is UTF-8.
  package var isUTF8: Bool { iconvName == "UTF-8" }

  /// Whether both are decoded alike, however they are called.
  package static func == (left: CharacterEncoding, right: CharacterEncoding) -> Bool {
    left.iconvName == right.iconvName
  }

  /// Equal encodings hash alike.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(iconvName)
  }

  /// Why bytes could not be decoded.
  package struct DecodingError: Error, Sendable, Equatable {
    /// The first byte that belongs to no character.
    package let byteOffset: Int
    /// Never: the same bytes give the same answer.
    package var isTransient: Bool { false }
  }
}

// MARK: Names

extension CharacterEncoding {
  /// The name that iconv knows for a name of Java's (`sun.nio.cs`), which write code pages in ways of their own.
  private static func canonical(_ name: String) -> String {
    var text = name.uppercased()
    if text.hasPrefix("X-") { text.removeFirst(2) }
    if let known = aliases[text] { return known }
    for prefix in ["WINDOWS-", "CP", "MS", "IBM-", "IBM"] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(prefix.count)
      if !digits.isEmpty, digits.allSatisfy(\.isNumber) { return (prefix.hasPrefix("IBM") ? "IBM" : "CP") + digits }
    }
    if text.hasPrefix("ISO8859") { text = "ISO-8859" + text.dropFirst(7) }
    return text.hasPrefix("ISO-8859") || text.hasPrefix("EUC")
      ? text.split(separator: "_").joined(separator: "-") : text
  }

  private static let aliases = [
    "UTF8": "UTF-8", "UTF_8": "UTF-8", "UNICODE-1-1-UTF-8": "UTF-8", "UTF16": "UTF-16", "UTF_16": "UTF-16",
    "UNICODE": "UTF-16", "UNICODEBIG": "UTF-16", "UTF-16LE-BOM": "UTF-16", "UTF32": "UTF-32", "UTF_32": "UTF-32",
    "LATIN1": "ISO-8859-1", "LATIN-1": "ISO-8859-1", "L1": "ISO-8859-1", "ASCII7": "US-ASCII", "MACROMAN": "MACINTOSH",
    "SJIS": "SHIFT_JIS", "MS_KANJI": "SHIFT_JIS", "WINDOWS-31J": "CP932", "MS949": "CP949", "KOI8_R": "KOI8-R",
    "KOI8_U": "KOI8-U", "UTF_16BE": "UTF-16BE", "UTF_16LE": "UTF-16LE", "UNICODEBIGUNMARKED": "UTF-16BE",
    "UNICODELITTLEUNMARKED": "UTF-16LE", "UTF_32BE": "UTF-32BE", "UTF_32LE": "UTF-32LE",
  ]

  private static func isKnown(_ name: String) -> Bool {
    let descriptor = iconv_open("UTF-8", name)
    // iconv_open answers (iconv_t) -1 for a name that it does not know.
    guard Int(bitPattern: descriptor) != -1 else { return false }
    iconv_close(descriptor)
    return true
  }
}

// MARK: Decoding

extension CharacterEncoding {
  /// The same text in UTF-8, without the byte order mark that UTF-16 and UTF-32 consume; other marks stay.
  ///
  /// Memory is bounded by a multiple of the input; nothing is kept.
  ///
  /// - Throws: the offset of the first byte that belongs to no character of this encoding.
  package func decode(_ bytes: [UInt8]) throws(DecodingError) -> [UInt8] {
    if isUTF8 {
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: bytes.span)
        return bytes
      } catch {
        throw DecodingError(byteOffset: error.byteOffsets.lowerBound)
      }
    }
    let (name, skipped) = order(of: bytes)
    let descriptor = iconv_open("UTF-8", name)
    guard Int(bitPattern: descriptor) != -1, let descriptor else { throw DecodingError(byteOffset: 0) }
    defer { iconv_close(descriptor) }
    return try Self.convert(bytes, from: skipped, descriptor)
  }

  /// UTF-16 and UTF-32 follow their byte order mark and are big-endian without one, as in Java; glibc would take the
  /// machine's own order.
  private func order(of bytes: [UInt8]) -> (name: String, skipped: Int) {
    switch iconvName {
    case "UTF-16" where bytes.starts(with: [0xFF, 0xFE]): ("UTF-16LE", 2)
    case "UTF-16": ("UTF-16BE", bytes.starts(with: [0xFE, 0xFF]) ? 2 : 0)
    case "UTF-32" where bytes.starts(with: [0xFF, 0xFE, 0, 0]): ("UTF-32LE", 4)
    case "UTF-32": ("UTF-32BE", bytes.starts(with: [0, 0, 0xFE, 0xFF]) ? 4 : 0)
    default: (iconvName, 0)
    }
  }

  private static func convert(
    _ bytes: [UInt8], from start: Int, _ descriptor: iconv_t
  ) throws(DecodingError)
    -> [UInt8]
  {
    var input = bytes
    var consumed = start
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var buffer = [CChar](repeating: 0, count: 64 << 10)
    while consumed < bytes.count {
      let (read, written, code) = step(&input, from: consumed, &buffer, descriptor)
      consumed += read
      buffer.withUnsafeBytes { result.append(contentsOf: $0[..<written]) }
      // E2BIG: the buffer is full, go on; EILSEQ and EINVAL: no character starts here, or only its first bytes.
      if code != 0, code != E2BIG || (read == 0 && written == 0) { throw DecodingError(byteOffset: consumed) }
    }
    // Some encodings hold the last letter back: a mark could follow and join it.
    let rest = flush(&buffer, descriptor)
    buffer.withUnsafeBytes { result.append(contentsOf: $0[..<rest]) }
    return result
  }

  private static func step(
    _ input: inout [UInt8], from start: Int, _ buffer: inout [CChar], _ descriptor: iconv_t
  ) -> (read: Int, written: Int, code: Int32) {
    input.withUnsafeMutableBytes { source in
      buffer.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var into = target.baseAddress
        var left = source.count - start
        var room = target.count
        let answer = iconv(descriptor, &from, &left, &into, &room)
        let code = answer == -1 ? errno : 0
        return (source.count - start - left, target.count - room, code)
      }
    }
  }

  private static func flush(_ buffer: inout [CChar], _ descriptor: iconv_t) -> Int {
    buffer.withUnsafeMutableBufferPointer { target in
      var into = target.baseAddress
      var room = target.count
      iconv(descriptor, nil, nil, &into, &room)
      return target.count - room
    }
  }
}
