/// Why a source could not be read: what, where, and what to do next.
package struct SourceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case notFound, unavailable, invalid, tooLarge, authenticationFailed, notVerified
    }

    private let value: Value

    private init(_ value: Value) {
      self.value = value
    }

    /// The ConfigMap or directory is not there (yet).
    package static let notFound = Code(.notFound)
    /// It is there but cannot be read now.
    package static let unavailable = Code(.unavailable)
    /// Its content cannot be taken as it is (one file name twice, a path outside the root).
    package static let invalid = Code(.invalid)
    /// It exceeds `SourceLimits`.
    package static let tooLarge = Code(.tooLarge)
    /// The server refuses the credentials, or is not the one that they are for.
    package static let authenticationFailed = Code(.authenticationFailed)
    /// It does not have the signature that is asked for.
    package static let notVerified = Code(.notVerified)

    package var description: String { value.rawValue }
  }

  package let code: Code
  package let message: String

  /// Makes an error.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Whether it may heal without a change to the resource.
  package var isTransient: Bool { code == .notFound || code == .unavailable }

  package var description: String { message }
}
