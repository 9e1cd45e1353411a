internal import FoundationEssentials

/// Values as JSON text, for kubectl.
enum JSONText {
  static func of(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
