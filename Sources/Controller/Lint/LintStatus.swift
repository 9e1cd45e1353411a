/// What the linter says of the pending migrations.
package struct LintStatus: Codable, Sendable, Equatable {
  package var errors: Int
  package var warnings: Int
  package var infos: Int
  /// The first of them, the worst first; the counts have the whole number.
  package var findings: [LintFindingStatus]

  /// Counts, and what is listed.
  package init(errors: Int, warnings: Int, infos: Int, findings: [LintFindingStatus]) {
    self.errors = errors
    self.warnings = warnings
    self.infos = infos
    self.findings = findings
  }
}

/// One finding.
package struct LintFindingStatus: Codable, Sendable, Equatable {
  package var rule: String
  /// `Error`, `Warning` or `Info`.
  package var level: String
  package var script: String
  package var line: Int
  package var column: Int
  package var message: String
  /// What to do.
  package var remedy: String

  /// `V2__b.sql:3:1: cit-unique: The unique index ... Put ...`.
  var text: String { "\(script):\(line):\(column): \(rule): \(message) \(remedy)" }
}

extension LintStatus {
  /// How many findings are listed.
  static let listed = 20

  /// The status with every text cut to what the schema allows.
  var bounded: LintStatus {
    var status = self
    status.findings = findings.prefix(Self.listed).map { finding in
      LintFindingStatus(
        rule: finding.rule.cut(64), level: finding.level.cut(16), script: finding.script.cut(1024), line: finding.line,
        column: finding.column, message: finding.message.cut(1024), remedy: finding.remedy.cut(1024))
    }
    return status
  }
}
