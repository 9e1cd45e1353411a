internal import MigrationCore

/// The result of `drift`.
struct DriftResult: Sendable {
  let differences: [DriftDifference]
  /// What could not be compared, each with the reason.
  let notCompared: [String]
  /// What the database was compared with; nil if there was nothing.
  let baseline: String?
  let objects: Int
  let placements: Int
  /// The file that was written.
  let saved: String?

  /// What the verb came to: differences end the process with 2, what could not be compared is an error.
  func outcome(_ context: ReportContext, on terminal: Terminal) -> VerbOutcome {
    var outcome = VerbOutcome(json: json(context), text: text(on: terminal))
    if !differences.isEmpty {
      outcome.status = ExitStatus.drifted
    } else if !notCompared.isEmpty {
      outcome.failure = Failure(
        flywayCode: "ERROR", message: "Not everything could be compared: \(notCompared.joined(separator: "; "))",
        nextStep: "")
    }
    return outcome
  }

  func json(_ context: ReportContext) -> JSONValue {
    [
      "operation": "drift", "flywayVersion": .string(ReportContext.flywayVersion),
      "database": .string(context.database), "schemaName": .string(context.schemaName),
      "whimbrel": context.own([
        "target": .string(context.target), "isDrifted": .bool(!differences.isEmpty), "baseline": .text(baseline),
        "objectCount": .integer(objects), "shardPlacementCount": .integer(placements),
        "differences": .array(differences.map(json)), "notCompared": .texts(notCompared), "saved": .text(saved),
      ]),
    ]
  }

  private func json(_ difference: DriftDifference) -> JSONValue {
    [
      "kind": .string(difference.key.kind.rawValue), "name": .string(difference.key.name),
      "node": .text(difference.node), "change": .string(difference.change.rawValue),
      "expected": .text(difference.expected), "actual": .text(difference.actual),
    ]
  }

  func text(on terminal: Terminal) -> String {
    var lines = ""
    if !differences.isEmpty { lines += table.render() }
    if baseline == nil {
      lines += "There is no baseline: only scripts and history, and shards and tables were compared.\n"
    }
    for reason in differences.isEmpty ? [] : notCompared {
      lines += Ink.notable("Not compared: ", on: terminal) + VisibleText.paragraph(reason) + "\n"
    }
    if let saved { lines += "Wrote \(objects) objects to \(VisibleText.cell(saved))\n" }
    guard differences.isEmpty else {
      let count = differences.count == 1 ? "1 object differs" : "\(differences.count) objects differ"
      return lines + Ink.bad("Drift: \(count)", on: terminal) + "\n"
    }
    guard notCompared.isEmpty else { return lines }
    return lines + Ink.good("No drift: \(objects) objects, \(placements) shard placements", on: terminal) + "\n"
  }

  private var table: TextTable {
    TextTable(
      columns: ["Kind", "Name", "Node", "Change", "Expected", "Actual"],
      rows: differences.map { difference in
        [
          difference.key.kind.rawValue, difference.key.name, difference.node ?? "", difference.change.rawValue,
          difference.expected ?? "", difference.actual ?? "",
        ]
      }, emptyText: "Nothing differs")
  }
}
