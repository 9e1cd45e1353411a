internal import MigrationCore
internal import MigrationLint

/// The report for a person: each finding with its line, a mark below it, and what to do.
struct LintText: Sendable {
  let terminal: Terminal

  func text(_ report: LintReport) -> String {
    var lines: [String: LineTable] = [:]
    var result = ""
    for finding in report.findings {
      if lines[finding.path] == nil, let bytes = report.contents[finding.path] {
        lines[finding.path] = LineTable(bytes)
      }
      result += text(finding, lines[finding.path]) + "\n"
    }
    return result + summary(report) + "\n"
  }

  private func text(_ finding: Finding, _ lines: LineTable?) -> String {
    let place = "\(VisibleText.cell(finding.path)):\(finding.start.line):\(finding.start.column)"
    var result =
      "\(Ink.strong(place, on: terminal)): \(ink(finding.level)(finding.level.rawValue, on: terminal)) \(finding.rule)\n"
    result += "  \(VisibleText.cell(finding.message))\n"
    if let lines, !finding.range.isEmpty { result += excerpt(finding, lines) }
    let canFix = finding.edits.isEmpty ? "" : " (--fix does it)"
    return result + "  \(Ink.good("fix:", on: terminal)) \(VisibleText.cell(finding.remedy))\(canFix)\n"
  }

  /// The first line of what is meant, of a long one the part around it, and a mark below.
  private func excerpt(_ finding: Finding, _ lines: LineTable) -> String {
    let offset = finding.range.lowerBound
    let part = lines.part(around: offset, before: 60, behind: 120)
    func shown(_ range: Range<Int>) -> String {
      VisibleText.cell(String(lines.text(range).map { $0 == "\t" ? " " : $0 }))
    }
    let start = min(max(offset, part.lowerBound), part.upperBound)
    let before = shown(part.lowerBound..<start)
    let marked = shown(start..<max(start, min(finding.range.upperBound, part.upperBound)))
    let number = "\(finding.start.line)"
    let gutter = String(repeating: " ", count: number.count)
    let mark = "^" + String(repeating: "~", count: max(0, DisplayWidth.of(marked) - 1))
    return "  \(Ink.faint(number + " |", on: terminal)) \(shown(part))\n"
      + "  \(Ink.faint(gutter + " |", on: terminal)) \(String(repeating: " ", count: DisplayWidth.of(before)))"
      + "\(ink(finding.level)(mark, on: terminal))\n"
  }

  private func ink(_ level: Level) -> Ink {
    switch level {
    case .error: .bad
    case .warning: .notable
    case .info: .faint
    }
  }

  private func summary(_ report: LintReport) -> String {
    let files = "\(report.files) file\(report.files == 1 ? "" : "s")"
    let ignored = report.ignored > 0 ? ", \(report.ignored) passed over" : ""
    guard !report.findings.isEmpty else { return Ink.good("\(files): nothing found\(ignored)", on: terminal) }
    let counts = [Level.error, .warning, .info].map { level in
      let count = report.count(of: level)
      return "\(count) \(level.rawValue)\(count == 1 || level == .info ? "" : "s")"
    }
    return "\(files): \(counts.joined(separator: ", "))\(ignored)"
  }
}
