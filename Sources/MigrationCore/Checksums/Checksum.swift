/// Flyway's checksum of a migration (`ChecksumCalculator.java`).
package enum Checksum {
  /// The checksum that Flyway stores: CRC-32 over the lines without their ends, as a signed number.
  ///
  /// One byte order mark at the very start does not count; lines end at LF, CR or CR LF only, so that for valid UTF-8
  /// the sum over all bytes but 0x0A and 0x0D is the same.
  ///
  /// - Throws: `.invalidEncoding` with the place of the first byte that is not UTF-8.
  package static func flyway(_ bytes: [UInt8]) throws(ChecksumError) -> Int32 {
    try UTF8Text.validate(bytes)
    return lines(bytes)
  }

  /// The same for bytes that are known to be UTF-8; text whose byte order mark is gone already must not lose another.
  static func lines(_ bytes: [UInt8], skippingMark: Bool = true) -> Int32 {
    var crc: UInt32 = 0xFFFF_FFFF
    let span = bytes.span
    for index in (skippingMark ? UTF8Text.markLength(bytes) : 0)..<span.count {
      let byte = span[index]
      if byte == 0x0A || byte == 0x0D { continue }
      crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8)
    }
    return Int32(bitPattern: ~crc)
  }

  /// The reflected table of the polynomial 0xEDB88320 (IEEE 802.3, as in zlib and `java.util.zip.CRC32`).
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
  }
}
