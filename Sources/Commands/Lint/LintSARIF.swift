internal import MigrationCore
internal import MigrationLint

/// The report in SARIF 2.1.0 (OASIS), as code scanning takes it.
enum LintSARIF {
  static func value(_ report: LintReport) -> JSONValue {
    let used = Set(report.findings.map(\.rule))
    let rules = Rule.all.filter { used.contains($0.id) }
    let places = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($0.element.id, $0.offset) })
    return [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "whimbrel", "version": .string(Version.current), "rules": .array(rules.map(rule)),
            ]
          ],
          // Columns count Unicode scalars.
          "columnKind": "unicodeCodePoints",
          "results": .array(report.findings.map { result($0, places[$0.rule] ?? 0) }),
        ]
      ],
    ]
  }

  private static func rule(_ rule: Rule) -> JSONValue {
    [
      "id": .string(rule.id), "shortDescription": ["text": .string(rule.title + ".")],
      "fullDescription": ["text": .string(rule.why)], "help": ["text": .string(rule.remedy)],
      "defaultConfiguration": ["level": .string(level(rule.level))],
    ]
  }

  private static func result(_ finding: Finding, _ rule: Int) -> JSONValue {
    var region: JSONValue = [
      "startLine": .integer(finding.start.line), "startColumn": .integer(finding.start.column),
      "endLine": .integer(finding.end.line), "endColumn": .integer(finding.end.column),
    ]
    if !finding.range.isEmpty {
      region = region.adding([
        "byteOffset": .integer(finding.range.lowerBound), "byteLength": .integer(finding.range.count),
      ])
    }
    let artifact: JSONValue = ["uri": .string(uri(finding.path))]
    let value: JSONValue = [
      "ruleId": .string(finding.rule), "ruleIndex": .integer(rule), "level": .string(level(finding.level)),
      "message": ["text": .string("\(finding.message) \(finding.remedy)")],
      "locations": [["physicalLocation": ["artifactLocation": artifact, "region": region]]],
      "partialFingerprints": ["whimbrel/v1": .string(finding.fingerprint)],
    ]
    return finding.edits.isEmpty ? value : value.adding(["fixes": [fix(finding, artifact)]])
  }

  private static func fix(_ finding: Finding, _ artifact: JSONValue) -> JSONValue {
    let replacements = finding.edits.map { edit -> JSONValue in
      [
        "deletedRegion": ["byteOffset": .integer(edit.range.lowerBound), "byteLength": .integer(edit.range.count)],
        "insertedContent": ["text": .string(edit.replacement)],
      ]
    }
    return [
      "description": ["text": .string(finding.remedy)],
      "artifactChanges": [["artifactLocation": artifact, "replacements": .array(replacements)]],
    ]
  }

  private static func level(_ level: Level) -> String { level == .info ? "note" : level.rawValue }

  /// A path as a relative reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    return path.utf8.map { byte in
      guard !plain.contains(byte) else { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
