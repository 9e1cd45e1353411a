internal import ArgumentParser
internal import Controller
internal import Support

/// What a command of the plugin is about: one resource.
struct PluginSubject: ParsableArguments {
  @Argument(help: "The resource.")
  var name: String

  @OptionGroup var cluster: ClusterOptions
}

/// `kubectl whimbrel history NAME`: what has been applied.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Shows the latest rows of the history table.",
    discussion: "The status of a resource holds the latest 20; `whimbrel info` reads all of them from the database.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var output: PluginOutput

  func run() async throws {
    try await subject.show(output, "history") { resource, terminal in
      HistoryTable(rows: resource.status?.history ?? []).text(on: terminal)
    }
  }
}

/// `kubectl whimbrel plan NAME`: what would be applied next.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows the pending migrations, and what holds them.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var output: PluginOutput

  func run() async throws {
    try await subject.show(output, "plan") { resource, terminal in PendingTable(resource: resource).text(on: terminal) }
  }
}

/// `kubectl whimbrel lint NAME`: what the linter says of the pending migrations.
struct LintListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Shows what the linter says of the pending migrations.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var output: PluginOutput

  func run() async throws {
    try await subject.show(output, "lint") { resource, terminal in
      LintTable(lint: resource.status?.lint).text(on: terminal)
    }
  }
}

/// `kubectl whimbrel drift NAME`: what is not as the migrations left it.
struct DriftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Shows what the latest comparison found.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var output: PluginOutput

  func run() async throws {
    try await subject.show(output, "drift") { resource, terminal in DriftTable(resource: resource).text(on: terminal) }
  }
}

extension PluginSubject {
  /// Writes a part of the status: as a text, or as the server has it.
  func show(
    _ output: PluginOutput, _ field: String, text: (CitusMigration, Terminal) -> String
  ) async throws {
    try await cluster.resources { resources in
      if output.isData {
        output.write(try await resources.raw(name).value["status"]?[field] ?? .null)
      } else {
        OutputStream.standardOutput.write(text(try await resources.get(name), .standardOutput))
      }
    }
  }
}

/// The rows of the history that a status holds.
struct HistoryTable {
  let rows: [HistoryStatus]

  func text(on terminal: Terminal) -> String {
    guard !rows.isEmpty else { return "Nothing has been applied yet.\n" }
    let table = PluginTable(
      columns: ["RANK", "VERSION", "DESCRIPTION", "TYPE", "INSTALLED ON", "TIME", "STATE", "SCRIPT"],
      rows: rows.map { row in
        [
          "\(row.installedRank)", row.version ?? "", row.description, row.type, String(row.installedOn.prefix(19)),
          ElapsedText.short(milliseconds: Int(row.executionTimeMilliseconds)), row.success ? "Success" : "Failed",
          row.script,
        ]
      })
    return table.render { cell, row, column in
      column == 6 && !rows[row].success ? Ink.bad(cell, on: terminal) : cell
    }
  }
}

/// The pending migrations that a status holds.
struct PendingTable {
  let resource: CitusMigration

  func text(on terminal: Terminal) -> String {
    let steps = resource.status?.plan?.steps ?? []
    guard let digest = resource.status?.plan?.digest, !steps.isEmpty else {
      let pending = resource.status?.pendingCount
      return pending == 0 ? "Nothing is pending.\n" : "There is no plan yet; see kubectl whimbrel status.\n"
    }
    let table = PluginTable(
      columns: ["#", "VERSION", "DESCRIPTION", "MODE", "CHECKSUM", "SCRIPT"],
      rows: steps.enumerated().map { index, step in
        [
          "\(index + 1)", step.version ?? "", step.description,
          step.transactional ? "transaction" : "no transaction", "\(step.checksum)", step.script,
        ]
      })
    let rest = (resource.status?.pendingCount ?? steps.count) - steps.count
    var text = table.render() + (rest > 0 ? "and \(rest) more\n" : "") + effects(on: terminal)
    text += "\nPlan: \(digest)\n"
    if let gate = resource.status?.gate {
      let until = gate.until.map { " until \($0)" } ?? ""
      text += Ink.notable(VisibleText.cell("Held\(until): \(gate.reason): \(gate.message)"), on: terminal) + "\n"
    }
    return text
  }

  /// What the migrations do to tables that are there, where that is known.
  private func effects(on terminal: Terminal) -> String {
    guard let plan = resource.status?.plan, let known = plan.effects else { return "" }
    let lines = plan.steps.flatMap { step in (step.effects ?? []).map { (script: step.script, effect: $0) } }
    let table = PluginTable(
      columns: ["SCRIPT", "LINE", "STATEMENT", "TABLE", "SIZE", "LOCK", "BLOCKS", "ROWS"],
      rows: lines.map { line in
        let effect = line.effect
        let shards = effect.shards.map { " (\($0) shard\($0 == 1 ? "" : "s"))" } ?? ""
        return [
          line.script, "\(effect.line)", effect.statement, effect.table,
          (effect.bytes.map(ByteText.text) ?? "unknown") + shards, effect.lock ?? "", effect.blocks ?? "",
          effect.rows?.lowercased() ?? "",
        ]
      })
    var text = "\n"
    text +=
      lines.isEmpty
      ? "No statement locks, reads or rewrites a table that is there already.\n"
      : table.render { cell, row, column in
        switch (column, lines[row].effect.blocks) {
        case (6, "reads and writes"?): Ink.bad(cell, on: terminal)
        case (6, "writes"?): Ink.notable(cell, on: terminal)
        default: cell
        }
      }
    for step in plan.steps {
      guard let refusal = step.refusal else { continue }
      let place = step.script + (refusal.line.map { ", line \($0)" } ?? "")
      text += Ink.bad("Refused: ", on: terminal) + VisibleText.cell("\(place): \(refusal.message)") + "\n"
    }
    let isTried = known.source == PlanEffectsStatus.scratchDatabase
    let message = known.message.map { ": \($0)" } ?? ""
    return text
      + VisibleText.cell((isTried ? "Tried in a scratch database" : "Worked out from the text") + message) + "\n"
  }
}

/// The findings that a status holds, each with what to do.
struct LintTable {
  let lint: LintStatus?

  func text(on terminal: Terminal) -> String {
    guard let lint else { return "Nothing was judged; spec.lint asks for it.\n" }
    let count = lint.errors + lint.warnings + lint.infos
    guard count > 0 else { return "No findings.\n" }
    let findings = lint.findings.map { finding in
      let ink: Ink = finding.level == "Error" ? .bad : finding.level == "Warning" ? .notable : .faint
      let place = VisibleText.cell("\(finding.script):\(finding.line):\(finding.column)")
      return "\(place): \(ink(VisibleText.cell(finding.level.lowercased()), on: terminal)): "
        + "\(VisibleText.cell(finding.message)) [\(VisibleText.cell(finding.rule))]\n"
        + "    \(VisibleText.cell(finding.remedy))\n"
    }
    let rest = count > lint.findings.count ? "and \(count - lint.findings.count) more\n" : ""
    return findings.joined() + rest + "\nErrors: \(lint.errors), warnings: \(lint.warnings), infos: \(lint.infos)\n"
  }
}

/// The objects of the latest comparison.
struct DriftTable {
  let resource: CitusMigration

  func text(on terminal: Terminal) -> String {
    guard let drift = resource.status?.drift, let checked = drift.checkedAt else {
      return "Nothing has been compared; spec.drift asks for it.\n"
    }
    guard drift.count > 0 else { return "No drift, compared \(VisibleText.cell(checked)).\n" }
    let table = PluginTable(
      columns: ["CHANGE", "KIND", "NAME", "NODE", "EXPECTED", "ACTUAL"],
      rows: drift.objects.map {
        [
          $0.change, $0.kind, $0.name, $0.node ?? "", DisplayWidth.cut($0.expected ?? "", to: 60),
          DisplayWidth.cut($0.actual ?? "", to: 60),
        ]
      })
    let rest = drift.count - drift.objects.count
    return table.render() + (rest > 0 ? "and \(rest) more\n" : "") + "\nCompared \(VisibleText.cell(checked)).\n"
  }
}
