/// Writes tar archives by hand, byte by byte, also such as no program would write.
struct TarWriter {
  private(set) var bytes: [UInt8] = []

  /// A header with a right checksum; what it says need not make sense.
  mutating func header(
    _ name: String, type: Character = "0", size: Int = 0, prefix: String = "", magic: String = "ustar\0" + "00",
    link: String = "", sizeField: [UInt8]? = nil, checksum: Int? = nil
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, _ offset: Int, _ limit: Int) {
      for (index, byte) in text.enumerated() where index < limit { block[offset + index] = byte }
    }
    put(name.utf8, 0, 100)
    put("0000644\0".utf8, 100, 8)
    put("0000000\0".utf8, 108, 8)
    put("0000000\0".utf8, 116, 8)
    put(sizeField ?? Array((Self.octal(size, 11) + "\0").utf8), 124, 12)
    put("00000000000\0".utf8, 136, 12)
    block[156] = type.asciiValue ?? 0
    put(link.utf8, 157, 100)
    put(magic.utf8, 257, 8)
    put(prefix.utf8, 345, 155)
    put("        ".utf8, 148, 8)
    let sum = checksum ?? block.reduce(0) { $0 + Int($1) }
    put((Self.octal(sum, 6) + "\0 ").utf8, 148, 8)
    bytes += block
  }

  /// Content, filled up to whole blocks.
  mutating func content(_ content: some Collection<UInt8>) {
    bytes += content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  mutating func file(_ name: String, _ text: String, prefix: String = "") {
    header(name, size: text.utf8.count, prefix: prefix)
    content(Array(text.utf8))
  }

  /// A pax header with records.
  mutating func pax(_ records: [(String, String)], type: Character = "x") {
    raw(Array(records.map { Self.record($0.0, $0.1) }.joined().utf8), type: type)
  }

  /// A header whose content describes the next one.
  mutating func raw(_ content: [UInt8], type: Character) {
    header("extended", type: type, size: content.count)
    self.content(content)
  }

  mutating func end(blocks: Int = 2) {
    bytes += [UInt8](repeating: 0, count: 512 * blocks)
  }

  static func record(_ key: String, _ value: String) -> String {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count + 1
    while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
    return "\(length)\(rest)"
  }

  private static func octal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
