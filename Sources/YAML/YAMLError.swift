/// A YAML text that could not be read or decoded.
///
/// The message never quotes a value, because values may be secrets; it names the place and what was expected there.
package struct YAMLError: Error, Sendable, Hashable {
  /// What kind of failure this is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String { case syntax, limit, duplicateKey, unsupported, typeMismatch, missingKey, invalidValue }
    private let value: Value

    /// Not YAML.
    package static let syntax = Code(value: .syntax)
    /// Larger, deeper or with more nodes than the limits allow.
    package static let limit = Code(value: .limit)
    /// The same key twice in one mapping.
    package static let duplicateKey = Code(value: .duplicateKey)
    /// Valid YAML that is not supported: merge keys, keys that are not scalars, tags outside of the core schema.
    package static let unsupported = Code(value: .unsupported)
    /// Another type than the one that is needed here.
    package static let typeMismatch = Code(value: .typeMismatch)
    /// A key that must be there is not.
    package static let missingKey = Code(value: .missingKey)
    /// The right type, but a value that is not allowed.
    package static let invalidValue = Code(value: .invalidValue)

    /// The code's name.
    package var description: String { value.rawValue }
  }

  /// What kind of failure this is.
  package let code: Code
  /// What is wrong and what to do, without the place.
  package let message: String
  /// The line, from 1.
  package let line: Int
  /// The column, from 1.
  package let column: Int
  /// Where in the document, such as `users[0].user.token`; empty for the whole document and for syntax errors.
  package let path: String

  /// Describes a failure.
  package init(code: Code, message: String, mark: YAMLMark, path: String = "") {
    self.code = code
    self.message = message
    self.line = mark.line
    self.column = mark.column
    self.path = path
  }

  /// Always false: the same text fails again.
  package var isTransient: Bool { false }
}

extension YAMLError: CustomStringConvertible {
  /// Place, path and message in one line.
  package var description: String {
    "line \(line), column \(column): " + (path.isEmpty ? message : "\(path): \(message)")
  }
}
