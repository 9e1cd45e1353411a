internal import MigrationCore
internal import MigrationEngine

/// The result of `plan`: what `migrate` would do.
struct PlanReport: Sendable {
  let plan: MigrationPlan
  let digest: String
  let settings: MigrationSettings
  /// Nil where nothing is pending.
  let effects: PlanEffectsReport?

  func json(_ context: ReportContext) -> JSONValue {
    [
      "operation": "plan", "flywayVersion": .string(ReportContext.flywayVersion),
      "database": .string(context.database), "schemaName": .string(context.schemaName),
      "whimbrel": context.own([
        "target": .string(context.target), "digest": .string(digest), "currentVersion": .text(plan.currentVersion),
        "isBlocked": .bool(plan.isBlocked), "isGrouped": .bool(settings.group),
        "baselineVersion": .text(plan.baseline?.version), "steps": .array(plan.steps.map(json)),
        "callbacks": .array(callbacks), "problems": .array(plan.problems.map(ProblemText.json)),
        "effects": effects?.json ?? nil,
      ]),
    ]
  }

  private func json(_ step: PlannedStep) -> JSONValue {
    [
      "category": .string(StepText.category(step.script)), "version": .string(step.version ?? ""),
      "description": .string(step.script.description), "type": .string(step.script.type.rawValue),
      "filepath": .string(step.script.filePath), "checksum": .integer(Int(step.script.checksum)),
      "sha256": .string(step.script.sha256), "transactional": .bool(step.isTransactional),
      "skipped": .bool(step.isSkipped), "reason": .text(reason(step)),
      "program": step.program.map { .array($0.command.map { .string($0) }) } ?? nil,
      "statementCount": .integer(step.statements.count),
      "statements": .array(
        step.statements.prefix(RunRecord.mostStatements).map {
          ["line": .integer($0.line), "verb": .string($0.facts.verb)]
        }),
    ]
  }

  private var callbacks: [JSONValue] {
    CallbackEvent.allCases.flatMap { event in
      (plan.callbacks[event] ?? []).map { callback in
        [
          "event": .string(event.rawValue), "script": .string(callback.script.script),
          "transactional": .bool(callback.isTransactional), "statements": .integer(callback.statements.count),
        ]
      }
    }
  }

  /// Why a step has the mode that it has; nil where there is nothing to explain.
  private func reason(_ step: PlannedStep) -> String? {
    if step.isSkipped { return "skipExecutingMigrations" }
    if let program = step.program { return program.startsItself ? "started by itself" : program.command[0] }
    if let asked = step.script.configuration.executeInTransaction {
      return "executeInTransaction=\(asked) in its .conf"
    }
    if step.isTransactional { return nil }
    if !settings.executeInTransaction { return "executeInTransaction=false" }
    let outside = step.statements.first { !$0.isTransactional }
    return outside.map { "\($0.facts.nonTransactionalReason ?? $0.facts.verb) in line \($0.line)" }
  }

  func text(on terminal: Terminal) -> String {
    let version = VisibleText.cell(plan.currentVersion ?? "<< Empty Schema >>")
    var text = "Schema version: \(version)\n"
    if let baseline = plan.baseline { text += "First a baseline row: version \(VisibleText.cell(baseline.version))\n" }
    if settings.group, !plan.steps.isEmpty { text += "All in one transaction (group)\n" }
    text += "\n" + table.render()
    if let effects { text += effects.text(on: terminal) }
    if !plan.callbacks.isEmpty {
      let names = CallbackEvent.allCases.flatMap { event in
        (plan.callbacks[event] ?? []).map { "\(event.rawValue) (\($0.script.script))" }
      }
      text += "Callbacks: \(names.map { VisibleText.cell($0) }.joined(separator: ", "))\n"
    }
    text += "Digest: \(digest)\n"
    let problems = ProblemText.lines(plan.problems).map { VisibleText.paragraph($0) + "\n" }.joined()
    if plan.isBlocked {
      text += Ink.bad("Nothing would be applied before these are settled:", on: terminal) + "\n"
    } else if !plan.problems.isEmpty {
      text += Ink.notable("Warnings:", on: terminal) + "\n"
    }
    return text + problems
  }

  func markdown(_ context: ReportContext) -> String {
    let version = MarkdownText.cell(plan.currentVersion ?? "empty schema")
    var text = "### Plan for \(MarkdownText.cell(context.target)), now at \(version)\n\n"
    text += plan.steps.isEmpty ? "Nothing is pending.\n" : MarkdownText.table(Self.columns, rows)
    if let effects { text += "\n" + effects.markdown }
    for line in ProblemText.lines(plan.problems) { text += "\n- \(MarkdownText.cell(line))" }
    if plan.isBlocked { text += "\n\n**Nothing would be applied before these are settled.**\n" }
    return text + "\nDigest: `\(digest)`\n"
  }

  private static let columns = ["#", "Category", "Version", "Description", "Mode", "Why", "Statements"]

  private var rows: [[String]] {
    plan.steps.enumerated().map { index, step in
      [
        "\(index + 1)", StepText.category(step.script), step.version ?? "", step.script.description,
        StepText.mode(step), reason(step) ?? "", Self.verbs(step),
      ]
    }
  }

  private var table: TextTable { TextTable(columns: Self.columns, rows: rows, emptyText: "Nothing is pending") }

  /// `3: CREATE TABLE, SELECT, CREATE INDEX`.
  private static func verbs(_ step: PlannedStep) -> String {
    guard step.program == nil else { return "" }
    var verbs: [String] = []
    for statement in step.statements where !verbs.contains(statement.facts.verb) { verbs.append(statement.facts.verb) }
    let shown = verbs.filter { !$0.isEmpty }.prefix(5).joined(separator: ", ")
    return "\(step.statements.count)" + (shown.isEmpty ? "" : ": \(shown)") + (verbs.count > 5 ? ", ..." : "")
  }
}
