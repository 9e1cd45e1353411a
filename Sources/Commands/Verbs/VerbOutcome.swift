/// What a verb came to.
struct VerbOutcome: Sendable {
  private let makeJSON: @Sendable () -> JSONValue
  /// For people, on standard output; with its line breaks.
  var text: String
  /// For a comment on a pull request; nil where there is no such form.
  var markdown: String?
  /// Why it is no success.
  var failure: Failure?
  /// Whether `json` is a result although it failed: Flyway prints an error alone for everything but `migrate`,
  /// `validate` and `undo`.
  var isResult: Bool
  /// How the process ends if nothing failed: with another code than 0 where there is something to be seen to.
  var status = ExitStatus.success
  /// Whether Flyway's JSON ends with 0 all the same.
  var isFlywaySuccess: Bool

  /// An outcome whose JSON is made only where it is asked for.
  init(
    json: @autoclosure @escaping @Sendable () -> JSONValue, text: String = "", markdown: String? = nil,
    failure: Failure? = nil, isResult: Bool = true, isFlywaySuccess: Bool = false
  ) {
    makeJSON = json
    (self.text, self.markdown, self.failure) = (text, markdown, failure)
    (self.isResult, self.isFlywaySuccess) = (isResult, isFlywaySuccess)
  }

  /// For programs.
  var json: JSONValue { makeJSON() }
}
