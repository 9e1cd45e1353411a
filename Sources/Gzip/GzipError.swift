/// Why bytes cannot be decompressed.
package struct GzipError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case notGzip, damaged, truncated, tooLarge, outOfMemory
    }

    private let value: Value

    private init(_ value: Value) {
      self.value = value
    }

    /// The bytes do not begin with a gzip header, or something else follows the last member.
    package static let notGzip = Code(.notGzip)
    /// The compressed data, or its checksum or length, is wrong.
    package static let damaged = Code(.damaged)
    /// The bytes end before the compressed data does.
    package static let truncated = Code(.truncated)
    /// More comes out than the reader may produce.
    package static let tooLarge = Code(.tooLarge)
    /// No memory for the window.
    package static let outOfMemory = Code(.outOfMemory)

    package var description: String { value.rawValue }
  }

  package let code: Code
  package let message: String

  /// Whether the same bytes may be read later: only when memory was missing.
  package var isTransient: Bool { code == .outOfMemory }

  package var description: String { message }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
