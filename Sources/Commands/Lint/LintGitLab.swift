internal import MigrationCore
internal import MigrationLint

/// The report as GitLab's code quality takes it.
enum LintGitLab {
  static func value(_ report: LintReport) -> JSONValue {
    .array(
      report.findings.map { finding in
        [
          "description": .string("\(finding.message) \(finding.remedy)"), "check_name": .string(finding.rule),
          // GitLab wants it to be unique in the report.
          "fingerprint": .string("\(finding.path)#\(finding.fingerprint)"),
          "severity": .string(severity(finding.level)),
          "location": ["path": .string(finding.path), "lines": ["begin": .integer(finding.start.line)]],
        ]
      })
  }

  private static func severity(_ level: Level) -> String {
    switch level {
    case .error: "critical"
    case .warning: "minor"
    case .info: "info"
    }
  }
}
