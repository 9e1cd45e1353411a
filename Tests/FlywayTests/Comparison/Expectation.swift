/// What a step must show, field by field, as Flyway was seen to show it.
///
/// Fields are `exit`, `shape` (of the output), `error`, `schemaVersion`, `info`, `history`, `tables`, `schemas`, and one level down the members of
/// `validate`, `migrate`, `repair`, `baseline`, `clean` and `queries`. What cannot be compared literally is put right by a
/// rule here, and nowhere else.
struct Expectation {
  let fields: [String: JSONValue]

  /// - Parameters:
  ///   - names: what `$DB` and `$CWD` stand for here.
  init(_ recorded: RecordedCase, _ step: RecordedStep, names: [String: String]) {
    var fields: [String: JSONValue] = ["exit": step.exit, "shape": .array([])]
    if !recorded.isCommandLine {
      fields["error"] = Self.errorCode(recorded, step)
      fields["schemaVersion"] = .optional(step.schemaVersion)
      fields["info"] = step.info ?? .null
      if !recorded.asksInfo, step.cmd != "info" {
        fields["schemaVersion"] = nil
        fields["info"] = nil
      }
    }
    fields["history"] = step.history
    fields["tables"] = step.tables
    fields["schemas"] = step.schemas
    let groups = [
      "validate": step.validate, "migrate": step.migrate, "repair": step.repair, "baseline": step.baseline,
      "clean": step.clean, "queries": step.queries.map { $0.mapText(Self.firstLine) },
    ]
    for (group, value) in groups {
      for (name, member) in value?.members ?? [:] { fields["\(group).\(name)"] = member }
    }
    self.fields = fields.mapValues { value in
      value.mapText { text in
        names.reduce(text) { $0.split(separator: $1.key, omittingEmptySubsequences: false).joined(separator: $1.value) }
      }
    }
  }

  // A migration that fails is reported in JSON under a code of its own, which the exception that was recorded has
  // besides `ERROR` (Flyway's FlywayMigrateException.getMigrationErrorCode); only in `B_failed` it is not a version.
  private static func errorCode(_ recorded: RecordedCase, _ step: RecordedStep) -> JSONValue {
    guard let error = step.error else { return .null }
    guard error.class == "FlywayMigrateException" else { return .string(error.errorCode) }
    return .string(recorded.name == "B_failed" ? "FAILED_BASELINE_MIGRATION" : "FAILED_VERSIONED_MIGRATION")
  }

  // psql adds the line and the place to an error.
  private static func firstLine(_ text: String) -> String {
    guard text.hasPrefix("ERROR ") else { return text }
    return text.split(separator: "\n").first.map(String.init) ?? text
  }
}
