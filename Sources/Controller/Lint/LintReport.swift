internal import MigrationCore
package import MigrationLint

/// What a look found out about the scripts that are pending, in the shape of the status.
package enum LintObservation: Sendable, Equatable {
  /// They are not to be judged.
  case off
  /// They were judged.
  case judged(LintStatus, LintReport.Outcome)
}

/// Turns findings into status, condition and verdict: a pure function.
package struct LintReport: Sendable {
  /// What the condition says.
  package struct Outcome: Sendable, Equatable {
    package var isPassed: Bool
    package var message: String
  }

  /// Findings of this level or above stop a run; nil stops none.
  package var failOn: Level?

  /// A report by a policy.
  package init(failOn: Level?) {
    self.failOn = failOn
  }

  /// Status and condition of findings on so many pending scripts.
  package func observation(_ findings: [Finding], scripts: Int) -> LintObservation {
    // The worst first; of equal ones the order of scripts and places stays.
    let sorted = findings.enumerated()
      .sorted { left, right in
        left.element.level == right.element.level
          ? left.offset < right.offset : left.element.level > right.element.level
      }
      .map(\.element)
    func count(_ level: Level) -> Int { findings.count { $0.level == level } }
    let status = LintStatus(
      errors: count(.error), warnings: count(.warning), infos: count(.info),
      findings: sorted.prefix(LintStatus.listed).map(LintFindingStatus.init))
    return .judged(status, outcome(sorted, scripts: scripts))
  }

  private func outcome(_ sorted: [Finding], scripts: Int) -> Outcome {
    let stopping = failOn.map { limit in sorted.filter { $0.level >= limit } } ?? []
    guard stopping.isEmpty else {
      let more = stopping.count > 3 ? "; and \(stopping.count - 3) more, see status.lint" : ""
      let shown = stopping.prefix(3).map { LintFindingStatus($0).text }
      return Outcome(isPassed: false, message: "nothing is applied: \(shown.joined(separator: "; "))\(more)")
    }
    guard scripts > 0 else { return Outcome(isPassed: true, message: "nothing is pending") }
    let pending = "\(scripts) pending script\(scripts == 1 ? "" : "s")"
    let noted = sorted.isEmpty ? "" : "; \(sorted.count) finding\(sorted.count == 1 ? "" : "s") below what stops a run"
    return Outcome(isPassed: true, message: "\(pending) judged\(noted)")
  }
}

extension LintFindingStatus {
  init(_ finding: Finding) {
    self.init(
      rule: finding.rule, level: finding.level.rawValue.capitalizedFirst, script: finding.path,
      line: finding.start.line, column: finding.start.column, message: finding.message, remedy: finding.remedy)
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
