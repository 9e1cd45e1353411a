/// What Whimbrel does otherwise than Flyway in a recorded case, on purpose.
struct DeliberateDifference: Sendable {
  let recordedCase: String
  /// From 0.
  let step: Int
  /// Why, as `docs/flyway.md` says it.
  let reason: Reason
  /// What is seen instead, by field.
  let fields: [String: JSONValue]
  let paths: Set<PathKind>

  init(
    _ recordedCase: String, _ step: Int, _ reason: Reason, paths: Set<PathKind> = Set(PathKind.allCases),
    _ fields: [String: JSONValue]
  ) {
    self.recordedCase = recordedCase
    self.step = step
    self.reason = reason
    self.fields = fields
    self.paths = paths
  }
}
