internal import MigrationCore
internal import Support

/// What pending migrations do to tables, as text, Markdown and JSON.
struct PlanEffectsReport: Sendable {
  let effects: PlanEffects
  /// What the live database says about the tables; nil where it was not asked.
  let live: [ObjectName: LiveTable]?

  /// One line of the table.
  private struct Line {
    let script: String
    let statement: StatementEffect
    let effect: TableEffect
    let live: LiveTable?

    var cells: [String] {
      [
        script, "\(statement.line)", statement.verb, effect.table.description, size, lock,
        blocks == .nothing ? "" : blocks.rawValue, rows,
      ]
    }

    private var size: String {
      guard let live else { return "" }
      return live.bytes.map(ByteText.text) ?? "unknown"
    }

    private var lock: String {
      let own = effect.lock?.rawValue
      guard let live, live.placement != .local else { return own ?? effect.shardLock?.rawValue ?? "" }
      // The model does not tell shards from their table.
      let shards = effect.shardLock ?? (statement.isObserved ? nil : effect.lock)
      guard let shards else { return own ?? "" }
      let place =
        live.placement == .reference
        ? "on \(live.nodes) nodes"
        : "on \(live.shards) shard\(live.shards == 1 ? "" : "s"), \(live.nodes) node\(live.nodes == 1 ? "" : "s")"
      return own == shards.rawValue
        ? "\(shards.rawValue) \(place)"
        : [own, "\(shards.rawValue) \(place)"].compactMap(\.self).joined(separator: "; ")
    }

    var blocks: LockMode.Blocking {
      (effect.strongestLock ?? .accessShare).blocks
    }

    private var rows: String {
      effect.isRewritten ? "all rewritten" : effect.isScanned ? "all read" : ""
    }
  }

  /// What touches a table that is there, and is more than a look at it.
  private var lines: [Line] {
    effects.steps.flatMap { step in
      step.statements.flatMap { statement in
        statement.tables.compactMap { effect in
          let known = live?[effect.table]
          guard live == nil || known != nil, effect.isNoticed else { return nil }
          return Line(script: step.script, statement: statement, effect: effect, live: known)
        }
      }
    }
  }

  private static let columns = [
    "Migration", "Line", "Statement", "Table", "Size", "Lock", "Others wait to", "Rows",
  ]

  /// Waiting is to read and write, to write, to change the schema.
  private static func waiting(_ cells: [String]) -> [String] {
    var cells = cells
    let words = ["reads and writes": "read and write", "writes": "write", "schema changes": "change the schema"]
    cells[6] = words[cells[6]] ?? ""
    return cells
  }

  private var origin: String {
    switch effects.origin {
    case .scratch: "Tried in a scratch database on the coordinator, without data, which is dropped again."
    case .model(let reason): "Worked out from the statements' text, not tried: \(reason)."
    }
  }

  private var refusals: [(place: String, text: String, hint: String?)] {
    effects.steps.compactMap { step in
      guard let refusal = step.refusal else { return nil }
      let place = step.script + (refusal.line.map { ", line \($0)" } ?? "")
      let state = refusal.sqlState.map { " [\($0)]" } ?? ""
      return (place, refusal.message + state, refusal.hint)
    }
  }

  private var omissions: [String] {
    effects.steps.flatMap { step in
      (step.omission.map { ["\(step.script): \($0)"] } ?? [])
        + step.statements.compactMap { statement in
          statement.omission.map { "\(step.script), line \(statement.line): \($0) reaches beyond the database" }
        }
    }
  }

  private static let nothing = "No statement locks, reads or rewrites a table that is there already"
}

// MARK: Text

extension PlanEffectsReport {
  func text(on terminal: Terminal) -> String {
    var text = VisibleText.cell(origin) + "\n"
    let lines = lines
    text += lines.isEmpty ? Self.nothing + ".\n" : table(lines, on: terminal)
    for refusal in refusals {
      text += Ink.bad("Refused: ", on: terminal) + VisibleText.paragraph("\(refusal.place): \(refusal.text)") + "\n"
      if let hint = refusal.hint { text += "  " + VisibleText.paragraph(hint) + "\n" }
    }
    for omission in omissions { text += "Not tried: \(VisibleText.cell(omission))\n" }
    for note in effects.notes { text += "Note: \(VisibleText.cell(note))\n" }
    return text
  }
}

extension PlanEffectsReport {
  private func table(_ lines: [Line], on terminal: Terminal) -> String {
    let table = TextTable(columns: Self.columns, rows: lines.map { Self.waiting($0.cells) }, emptyText: "")
    return table.render { cell, row, column in
      switch (column, lines[row].blocks) {
      case (6, .readsAndWrites): Ink.bad(cell, on: terminal)
      case (6, .writes): Ink.notable(cell, on: terminal)
      case (7, _) where lines[row].effect.isRewritten: Ink.notable(cell, on: terminal)
      default: cell
      }
    }
  }
}

// MARK: Markdown

extension PlanEffectsReport {
  var markdown: String {
    let lines = lines
    var text = MarkdownText.cell(origin) + "\n\n"
    text +=
      lines.isEmpty
      ? Self.nothing + ".\n" : MarkdownText.table(Self.columns, lines.map { Self.waiting($0.cells) })
    for refusal in refusals {
      text += "\n**Refused:** \(MarkdownText.cell("\(refusal.place): \(refusal.text)"))\n"
      if let hint = refusal.hint { text += "\n> \(MarkdownText.cell(hint))\n" }
    }
    let rest = omissions.map { "Not tried: \($0)" } + effects.notes
    if !rest.isEmpty { text += "\n" + rest.map { "- \(MarkdownText.cell($0))\n" }.joined() }
    return text
  }
}

/// Text that Markdown shows as it is.
enum MarkdownText {
  /// In one line, without meaning for Markdown or HTML.
  static func cell(_ text: String) -> String {
    var result = ""
    for scalar in VisibleText.cell(text).unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "|", "\\", "`", "*", "_", "[", "]", "#", "~": result += "\\" + String(scalar)
      // A mention would call somebody.
      case "@": result += "&#64;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func table(_ columns: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    return line(columns) + line(columns.map { _ in "---" }) + rows.map { line($0.map(cell)) }.joined()
  }
}

// MARK: JSON

extension PlanEffectsReport {
  var json: JSONValue {
    let (source, reason): (String, String?) =
      switch effects.origin {
      case .scratch: ("scratchDatabase", nil)
      case .model(let reason): ("model", reason)
      }
    return [
      "source": .string(source), "reason": .text(reason), "notes": .array(effects.notes.map { .string($0) }),
      "isRefused": .bool(!refusals.isEmpty), "steps": .array(effects.steps.map(json)),
    ]
  }

  private func json(_ step: StepEffects) -> JSONValue {
    [
      "script": .string(step.script), "omission": .text(step.omission),
      "refusal": step.refusal.map { refusal in
        [
          "line": refusal.line.map { .integer($0) } ?? nil, "sqlState": .text(refusal.sqlState),
          "message": .string(refusal.message), "hint": .text(refusal.hint),
        ]
      } ?? nil,
      "statements": .array(
        step.statements.prefix(RunRecord.mostStatements).map { statement in
          [
            "line": .integer(statement.line), "verb": .string(statement.verb),
            "isObserved": .bool(statement.isObserved), "omission": .text(statement.omission),
            "tables": .array(statement.tables.map(json)),
          ]
        }),
    ]
  }

  private func json(_ effect: TableEffect) -> JSONValue {
    let known = live?[effect.table]
    return [
      "table": .string(effect.table.description), "exists": live == nil ? nil : .bool(known != nil),
      "placement": .text(known?.placement.rawValue), "bytes": known?.bytes.map { .integer(Int($0)) } ?? nil,
      "shards": known.map { .integer($0.shards) } ?? nil, "nodes": known.map { .integer($0.nodes) } ?? nil,
      "lock": .text(effect.lock?.rawValue), "shardLock": .text(effect.shardLock?.rawValue),
      "isRewritten": .bool(effect.isRewritten), "isScanned": .bool(effect.isScanned),
    ]
  }
}
