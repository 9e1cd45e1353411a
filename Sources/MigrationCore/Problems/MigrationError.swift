/// What can go wrong in this module while one text, one version or one script is read.
///
/// Everything that concerns a whole set of files is a `MigrationProblem` instead: a value, never thrown.
package struct MigrationError: Error, Sendable, Equatable {
  /// Which of the known failures this is.
  package let code: Code
  /// What happened, in one sentence that names the offending text but never a literal of a statement.
  package let message: String
  /// What to do next, in one sentence.
  package let nextStep: String
  /// Where in the text, if the failure has a place.
  package let position: SourcePosition?

  /// Never: reading the same bytes again gives the same answer.
  package var isTransient: Bool { false }

  /// An error with its texts; `position` if it has a place.
  package init(_ code: Code, _ message: String, nextStep: String, at position: SourcePosition? = nil) {
    self.code = code
    self.message = message
    self.nextStep = nextStep
    self.position = position
  }
}

extension MigrationError {
  /// The known failures of this module.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case invalidVersion, reservedVersion, invalidEncoding, invalidSetting
      case unterminatedString, unterminatedIdentifier, unterminatedDollarQuote, unterminatedComment
      case unclosedParenthesis, unclosedBlock, copyWithoutEnd, copyTrailingText, metaCommand, nulByte
      case scriptTooLarge, tooManyStatements, nestingTooDeep, unresolvedPlaceholder, unterminatedPlaceholder
      case invalidBackfill
    }

    private let value: Value

    /// The code's name as written here.
    package var description: String { value.rawValue }

    /// A version text that is not numbers with dots.
    package static let invalidVersion = Code(value: .invalidVersion)
    /// A version text that has a meaning of its own (`latest`, `current`, `next`).
    package static let reservedVersion = Code(value: .reservedVersion)
    /// Bytes that are not UTF-8.
    package static let invalidEncoding = Code(value: .invalidEncoding)
    /// A setting whose text cannot be read.
    package static let invalidSetting = Code(value: .invalidSetting)
    /// A string literal without its closing quote.
    package static let unterminatedString = Code(value: .unterminatedString)
    /// A quoted identifier without its closing quote.
    package static let unterminatedIdentifier = Code(value: .unterminatedIdentifier)
    /// A dollar quote without its closing tag.
    package static let unterminatedDollarQuote = Code(value: .unterminatedDollarQuote)
    /// A block comment without its end.
    package static let unterminatedComment = Code(value: .unterminatedComment)
    /// An opening parenthesis without its closing one.
    package static let unclosedParenthesis = Code(value: .unclosedParenthesis)
    /// A `BEGIN ATOMIC` or `CASE` without its `END`.
    package static let unclosedBlock = Code(value: .unclosedBlock)
    /// Inline COPY data without the line `\.`.
    package static let copyWithoutEnd = Code(value: .copyWithoutEnd)
    /// Text behind `COPY ... FROM STDIN;` on the same line.
    package static let copyTrailingText = Code(value: .copyTrailingText)
    /// A psql meta-command such as `\restrict`.
    package static let metaCommand = Code(value: .metaCommand)
    /// A byte that no text of the server can hold.
    package static let nulByte = Code(value: .nulByte)
    /// More bytes than the limit.
    package static let scriptTooLarge = Code(value: .scriptTooLarge)
    /// More statements than the limit.
    package static let tooManyStatements = Code(value: .tooManyStatements)
    /// Parentheses, comments or blocks nested deeper than the limit.
    package static let nestingTooDeep = Code(value: .nestingTooDeep)
    /// A placeholder without a value.
    package static let unresolvedPlaceholder = Code(value: .unresolvedPlaceholder)
    /// A directive `backfill` that cannot be followed.
    package static let invalidBackfill = Code(value: .invalidBackfill)
    /// A placeholder without its closing suffix.
    package static let unterminatedPlaceholder = Code(value: .unterminatedPlaceholder)
  }
}

/// The error of reading a version or a file name.
package typealias MigrationNameError = MigrationError
/// The error of computing a checksum.
package typealias ChecksumError = MigrationError
/// The error of cutting a script into statements.
package typealias SQLScriptError = MigrationError
