internal import MigrationCore
internal import MigrationLint

/// The report as commands of a GitHub workflow: one line a finding.
enum LintGitHub {
  static func text(_ report: LintReport) -> String {
    report.findings.map { finding in
      let level = finding.level == .info ? "notice" : finding.level.rawValue
      let place =
        "file=\(property(finding.path)),line=\(finding.start.line),endLine=\(finding.end.line),col=\(finding.start.column)"
      return "::\(level) \(place),title=\(property(finding.rule))::\(data("\(finding.message) \(finding.remedy)"))\n"
    }.joined()
  }

  /// As GitHub's own toolkit escapes (`actions/toolkit`, `command.ts`).
  private static func data(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: String(scalar)
      }
    }.joined()
  }

  private static func property(_ text: String) -> String {
    data(text).unicodeScalars.map { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}
