internal import MigrationCore
internal import MigrationLint

/// The report as a result of tests: a file is a test, and fails if something in it makes the command fail.
enum LintJUnit {
  static func text(_ report: LintReport, failOn: LintOptions.FailOn) -> String {
    let byPath = Dictionary(grouping: report.findings, by: \.path)
    // Files that are no more may have findings too.
    let known = Set(report.paths)
    let paths = report.paths + byPath.keys.filter { !known.contains($0) }.sorted()
    let failing = Set(byPath.filter { $0.value.contains { failOn.includes($0.level) } }.keys)
    var result = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>"
    result += "<testsuite name=\"whimbrel lint\" tests=\"\(paths.count)\" failures=\"\(failing.count)\" errors=\"0\">\n"
    for path in paths { result += test(path, byPath[path] ?? [], isFailing: failing.contains(path)) }
    return result + "</testsuite></testsuites>\n"
  }

  private static func test(_ path: String, _ findings: [Finding], isFailing: Bool) -> String {
    let head = "  <testcase classname=\"whimbrel.lint\" name=\"\(escaped(path))\""
    guard let worst = findings.max(by: { $0.level < $1.level }) else { return head + "/>\n" }
    let text = findings.map { finding in
      "\(finding.start.line):\(finding.start.column) \(finding.level.rawValue) \(finding.rule): \(finding.message) "
        + finding.remedy
    }.joined(separator: "\n")
    let content =
      isFailing
      ? "<failure type=\"\(worst.rule)\" message=\"\(escaped(worst.message))\">\(escaped(text))</failure>"
      : "<system-out>\(escaped(text))</system-out>"
    return head + ">\n    \(content)\n  </testcase>\n"
  }

  /// Characters that XML 1.0 does not have are left out.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\n": "&#10;"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: ""
      default: String(scalar)
      }
    }.joined()
  }
}
