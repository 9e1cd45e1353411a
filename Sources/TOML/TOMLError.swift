/// A TOML text that could not be read.
///
/// The message never quotes a value, because values may be secrets; it names the place and what was expected there.
package struct TOMLError: Error, Sendable, Hashable {
  /// What kind of failure this is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String { case syntax, limit }
    private let value: Value

    /// Not TOML.
    package static let syntax = Code(value: .syntax)
    /// Larger, deeper or with more nodes than the limits allow.
    package static let limit = Code(value: .limit)

    /// The code's name.
    package var description: String { value.rawValue }
  }

  /// What kind of failure this is.
  package let code: Code
  /// What is wrong, without the place.
  package let message: String
  /// The line, from 1.
  package let line: Int
  /// The column, from 1.
  package let column: Int

  /// Describes a failure.
  package init(code: Code, message: String, mark: TOMLMark) {
    self.code = code
    self.message = message
    line = mark.line
    column = mark.column
  }

  /// Always false: the same text fails again.
  package var isTransient: Bool { false }
}

extension TOMLError: CustomStringConvertible {
  /// Place and message in one line.
  package var description: String { "line \(line), column \(column): \(message)" }
}
