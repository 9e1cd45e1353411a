/// The numbers of a tar header.
enum TarNumber {
  /// Octal digits between blanks and NULs (POSIX), or the bits of a field whose first one is set (GNU); nil for anything
  /// else, what is negative, and what does not fit.
  static func read(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    return first & 0x80 != 0 ? binary(field) : octal(field)
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let start = field.drop { $0 == UInt8(ascii: " ") }
    let digits = start.prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    let rest = start.dropFirst(digits.count)
    guard rest.allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }), digits.count <= 20 else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
  }

  private static func binary(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first, first & 0x40 == 0 else { return nil }
    var value = Int(first & 0x3F)
    for byte in field.dropFirst() {
      guard value >> 54 == 0 else { return nil }
      value = value << 8 | Int(byte)
    }
    return value
  }
}
