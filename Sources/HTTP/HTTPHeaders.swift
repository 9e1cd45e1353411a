/// The header fields of a response in the order of arrival; names compare without regard to case.
package struct HTTPHeaders: Sendable {
  /// Names and values as received.
  package private(set) var fields: [(name: String, value: String)] = []

  /// Makes headers of fields in order.
  package init(_ fields: [(name: String, value: String)] = []) {
    self.fields = fields
  }

  /// The first value of a field.
  package func first(_ name: String) -> String? {
    fields.first { Self.isSame($0.name, name) }?.value
  }

  /// All values of a field, in order.
  package func all(_ name: String) -> [String] {
    fields.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  mutating func append(name: String, value: String) {
    fields.append((name, value))
  }

  /// Joins a continuation line (obsolete folding) to the last value.
  mutating func continueLast(with text: String) {
    guard let last = fields.indices.last else { return }
    fields[last].value += " " + text
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count
      && zip(one.utf8, other.utf8).allSatisfy { folded($0) == folded($1) }
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
