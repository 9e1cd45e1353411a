internal import MigrationCore
internal import MigrationLint

/// The report as whimbrel's own JSON: lines and columns from 1, byte offsets from 0.
enum LintJSON {
  static func value(_ report: LintReport) -> JSONValue {
    [
      "version": 1, "whimbrel": .string(Version.current), "files": .integer(report.files),
      "errors": .integer(report.count(of: .error)), "warnings": .integer(report.count(of: .warning)),
      "infos": .integer(report.count(of: .info)), "ignored": .integer(report.ignored),
      "findings": .array(report.findings.map(finding)),
    ]
  }

  private static func finding(_ finding: Finding) -> JSONValue {
    [
      "rule": .string(finding.rule), "level": .string(finding.level.rawValue), "file": .string(finding.path),
      "start": position(finding.start), "end": position(finding.end), "message": .string(finding.message),
      "fix": .string(finding.remedy),
      "edits": .array(
        finding.edits.map { edit in
          [
            "start": .integer(edit.range.lowerBound), "end": .integer(edit.range.upperBound),
            "text": .string(edit.replacement),
          ]
        }), "fingerprint": .string(finding.fingerprint),
    ]
  }

  private static func position(_ position: SourcePosition) -> JSONValue {
    [
      "line": .integer(position.line), "column": .integer(position.column), "byte": .integer(position.byteOffset),
    ]
  }
}
