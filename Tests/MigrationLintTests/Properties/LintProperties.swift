import MigrationCore
import MigrationLint

/// What must hold for the findings of any file.
enum LintProperties {
  /// What does not hold; nil if everything does.
  static func violation(_ bytes: [UInt8]) -> String? {
    let result = run(bytes)
    for finding in result.findings {
      guard (0...bytes.count).contains(finding.range.upperBound), finding.start.line >= 1, finding.start.column >= 1
      else {
        return "\(finding.rule) lies outside: \(finding.range)"
      }
      guard finding.start.byteOffset == finding.range.lowerBound, finding.end.byteOffset == finding.range.upperBound
      else {
        return "\(finding.rule) has another place than range: \(finding.start)"
      }
      guard !finding.message.isEmpty, !finding.remedy.isEmpty else { return "\(finding.rule) says nothing" }
      for edit in finding.edits where edit.range.upperBound > bytes.count {
        return "\(finding.rule) changes what is not there: \(edit.range)"
      }
      // Masked placeholders are nothing that a person has written.
      guard !finding.message.unicodeScalars.contains("\u{E000}") || bytes.contains(0xEE) else {
        return "\(finding.rule) shows a mask: \(finding.message)"
      }
    }
    let again = run(bytes)
    guard again.findings == result.findings else { return "read again, something else is found" }
    let fixed = Edit.apply(result.findings.map(\.edits), to: bytes).bytes
    _ = run(fixed)
    return nil
  }

  private static func run(_ bytes: [UInt8]) -> Linter.Result {
    Linter().run([LintFile(path: "V1__add_example.sql", bytes: bytes)])
  }
}
