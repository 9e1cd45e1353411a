/// Why the settings cannot be followed: what, where, and what to do next.
///
/// It never shows the value of a setting that may hold a secret.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case unknownKey, misplacedKey, invalidValue, fileNotFound, unreadable, syntax, mixedFormats, unknownEnvironment
      case missingURL, invalidURL, unsupported, invalidVersion, reservedPlaceholder
    }

    private let value: Value

    private init(_ value: Value) {
      self.value = value
    }

    /// A name that is no setting.
    package static let unknownKey = Code(.unknownKey)
    /// A setting that may stand elsewhere, but not here.
    package static let misplacedKey = Code(.misplacedKey)
    /// A value that the setting cannot have.
    package static let invalidValue = Code(.invalidValue)
    /// A version that is none.
    package static let invalidVersion = Code(.invalidVersion)
    /// A file that was asked for is not there.
    package static let fileNotFound = Code(.fileNotFound)
    /// A file that is there cannot be read, or is too large.
    package static let unreadable = Code(.unreadable)
    /// A file that is not written in its own language.
    package static let syntax = Code(.syntax)
    /// TOML and `.conf` files at once.
    package static let mixedFormats = Code(.mixedFormats)
    /// The chosen environment is nowhere described.
    package static let unknownEnvironment = Code(.unknownEnvironment)
    /// There is no database to go to.
    package static let missingURL = Code(.missingURL)
    /// The address of the database cannot be read.
    package static let invalidURL = Code(.invalidURL)
    /// Flyway knows it, but it cannot be followed here and must not be passed over.
    package static let unsupported = Code(.unsupported)

    /// A placeholder with a name that only Flyway's own have.
    package static let reservedPlaceholder = Code(.reservedPlaceholder)

    /// The code's name.
    package var description: String { value.rawValue }
  }

  /// What kind of failure it is.
  package let code: Code
  /// What happened.
  package let message: String
  /// `flyway.conf:12`, `environment variable FLYWAY_X`, `argument -x`; empty where no one place is at fault.
  package let place: String
  /// What to do next.
  package let nextStep: String

  /// Describes a failure.
  package init(_ code: Code, _ message: String, at place: String = "", nextStep: String) {
    self.code = code
    self.message = message
    self.place = place
    self.nextStep = nextStep
  }

  /// Never: the same settings fail again.
  package var isTransient: Bool { false }

  /// What Flyway's JSON would name: `CONFIGURATION`, or `ERROR` where Flyway throws without a code of its own (files
  /// and environments that are not there, TOML that cannot be read, both formats at once).
  package var flywayErrorCode: String {
    switch code {
    case .fileNotFound, .unreadable, .syntax, .mixedFormats, .unknownEnvironment, .reservedPlaceholder, .invalidVersion:
      "ERROR"
    default: "CONFIGURATION"
    }
  }

  /// Place, message and next step.
  package var description: String {
    (place.isEmpty ? "" : "\(place): ") + "\(message) \(nextStep)"
  }
}
