package import MigrationCore
package import Support

/// What a look found out about drift, in the shape of the status.
package enum DriftObservation: Sendable, Equatable {
  /// It is not to be looked for.
  case off
  /// The database was compared, or could not be.
  case compared(DriftStatus, DriftReport.Outcome)
  /// Something else about it changed: the baseline, say.
  case noted(DriftStatus)
}

/// Turns what was compared into status and condition: a pure function.
package struct DriftReport: Sendable {
  /// What the condition says.
  package struct Outcome: Sendable, Equatable {
    /// `True`, `False` or `Unknown`.
    package var status: String
    package var reason: Reason
    package var message: String
  }

  /// What was compared.
  package struct Findings: Sendable, Equatable {
    /// Everything that differs, what is to be ignored included.
    package var differences: [DriftDifference] = []
    /// The nodes that could not be asked, each with the reason.
    package var unanswered: [String] = []
    /// Why there is a new baseline; nil if there is none.
    package var taken: DriftBaseline.Reason?
    /// What vouches for the baseline now; nil where none could be stored.
    package var baseline: DriftBaselineStatus?

    /// No findings yet.
    package init() {}
  }

  package var policy: DriftPolicy
  package var previous: DriftStatus?
  package var now: Timestamp

  /// A report by a policy, after an earlier one.
  package init(policy: DriftPolicy, previous: DriftStatus?, now: Timestamp) {
    self.policy = policy
    self.previous = previous
    self.now = now
  }

  /// Status and condition after a comparison.
  package func observation(_ findings: Findings) -> DriftObservation {
    let differences = findings.differences.ignoring(policy.ignore)
    var status = previous ?? DriftStatus()
    status.checkedAt = now.rfc3339
    status.count = differences.count
    status.objects = differences.prefix(DriftStatus.listed).map(DriftObjectStatus.init)
    status.truncated = differences.count > status.objects.count
    status.baseline = findings.baseline
    return .compared(status, outcome(differences, findings))
  }

  /// Status and condition where nothing could be compared.
  package func failure(_ message: String) -> DriftObservation {
    .compared(
      previous ?? DriftStatus(),
      Outcome(status: "Unknown", reason: .notChecked, message: "the database could not be compared: \(message)"))
  }

  private func outcome(_ differences: [DriftDifference], _ findings: Findings) -> Outcome {
    let silent = findings.unanswered.isEmpty ? "" : "not compared: \(findings.unanswered.joined(separator: "; "))"
    guard differences.isEmpty else {
      let text = Self.text(differences) + (silent.isEmpty ? "" : "; \(silent)")
      return Outcome(status: "False", reason: .driftDetected, message: text)
    }
    guard silent.isEmpty else { return Outcome(status: "Unknown", reason: .notChecked, message: silent) }
    let count = findings.baseline.map { "\($0.objects) objects" } ?? "everything"
    switch findings.taken {
    case nil, .run?:
      return Outcome(status: "True", reason: .noDrift, message: "\(count) as the migrations left them")
    case .first?:
      return Outcome(
        status: "True", reason: .baselineTaken,
        message: "there was no baseline: what is there now, \(count), counts as right from now on")
    case .accepted?:
      return Outcome(
        status: "True", reason: .baselineTaken, message: "accepted: what is there now, \(count), counts as right")
    case .unfinishedRun?:
      return Outcome(
        status: "True", reason: .baselineTaken,
        message: "a run ended without its baseline: what is there now, \(count), counts as right from now on")
    case .incomparable?:
      return Outcome(
        status: "Unknown", reason: .baselineReplaced,
        message: "the baseline was of another version or about other schemas and could not be compared: what is there "
          + "now, \(count), counts as right from now on")
    }
  }

  private static func text(_ differences: [DriftDifference]) -> String {
    let shown = differences.prefix(5).map(\.text).joined(separator: "; ")
    let more = differences.count > 5 ? "; and \(differences.count - 5) more, see status.drift" : ""
    return "\(differences.count) object\(differences.count == 1 ? " differs" : "s differ"): \(shown)\(more)"
  }
}

extension DriftObjectStatus {
  init(_ difference: DriftDifference) {
    self.init(
      kind: difference.key.kind.rawValue, name: difference.key.name, node: difference.node,
      change: difference.change.rawValue, expected: difference.expected, actual: difference.actual)
  }
}

extension DriftBaselineStatus {
  /// The seal that a baseline is judged by.
  package var seal: DriftBaseline.Seal { DriftBaseline.Seal(digest: digest, run: run) }
}
