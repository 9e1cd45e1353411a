extension Announcement {
  /// What a new status tells about the pending scripts that the one before did not: each listed finding.
  package static func lint(
    from before: CitusMigrationStatus?, to status: CitusMigrationStatus
  ) -> [Announcement] {
    guard let lint = status.lint, lint != before?.lint else { return [] }
    return lint.findings.filter { before?.lint?.findings.contains($0) != true }.map { finding in
      Announcement(isWarning: finding.level == "Error", "LintFinding", action: "Lint", finding.text)
    }
  }
}
