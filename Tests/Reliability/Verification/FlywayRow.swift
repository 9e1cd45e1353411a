/// Flyway's bookkeeping, worked out here a second time and plainly, so that it checks the code under test.
package enum FlywayRow {
  /// CRC-32 over the lines without their ends, as a signed number (`ChecksumCalculator.java`).
  package static func checksum(_ text: String) -> Int32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      for byte in line.utf8 where byte != 13 {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      }
    }
    return Int32(bitPattern: ~crc)
  }
}
