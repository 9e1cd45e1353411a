internal import MigrationCore

extension EngineError {
  /// The error that blocking problems make; nil if none of them blocks.
  static func refusing(_ problems: [MigrationProblem], isOfValidation: Bool = false) -> EngineError? {
    let blocking = problems.filter(\.isBlocking)
    guard let first = blocking.first else { return nil }
    let more = blocking.count > 1 ? " (and \(blocking.count - 1) more)" : ""
    var error = EngineError(.validationFailed, "\(first.message)\(more)", problems: blocking)
    error.isOfValidation = isOfValidation
    return error
  }
}
