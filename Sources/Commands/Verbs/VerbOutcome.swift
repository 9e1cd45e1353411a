/// What a verb came to.
struct VerbOutcome: Sendable {
  /// For programs.
  let json: JSONValue
  /// For people, on standard output; with its line breaks.
  var text = ""
  /// For a comment on a pull request; nil where there is no such form.
  var markdown: String?
  /// Why it is no success.
  var failure: Failure?
  /// Whether `json` is a result although it failed: Flyway prints an error alone for everything but `migrate`,
  /// `validate` and `undo`.
  var isResult = true
  /// How the process ends if nothing failed: with another code than 0 where there is something to be seen to.
  var status = ExitStatus.success
  /// Whether Flyway's JSON ends with 0 all the same.
  var isFlywaySuccess = false
}
