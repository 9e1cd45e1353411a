internal import MigrationLint

/// What was found in all folders.
struct LintReport: Sendable {
  let findings: [Finding]
  /// Of the files that were looked at.
  let paths: [String]
  /// How many findings comments and a baseline pass over.
  let ignored: Int
  /// Of files in which something was found, by path.
  let contents: [String: [UInt8]]

  init(_ reports: [LintFolder.Report]) {
    findings = reports.flatMap(\.result.findings)
    paths = reports.flatMap(\.folder.files).filter(\.isReported).map(\.path)
    ignored = reports.reduce(0) { $0 + $1.result.ignored }
    let found = Set(findings.map(\.path))
    let pairs = reports.flatMap(\.folder.files).filter { found.contains($0.path) }.map { ($0.path, $0.bytes) }
    contents = Dictionary(pairs) { first, _ in first }
  }

  private init(findings: [Finding], paths: [String], ignored: Int, contents: [String: [UInt8]]) {
    self.findings = findings
    self.paths = paths
    self.ignored = ignored
    self.contents = contents
  }

  /// Without those that a baseline knows.
  func without(_ baseline: FindingBaseline) -> LintReport {
    let remaining = findings.filter { !baseline.contains($0) }
    return LintReport(
      findings: remaining, paths: paths, ignored: ignored + findings.count - remaining.count, contents: contents)
  }

  var files: Int { paths.count }

  func count(of level: Level) -> Int { findings.count { $0.level == level } }
}
