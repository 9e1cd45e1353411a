@testable import Controller
import FoundationEssentials

/// What kstatus makes of an object: the rules of `sigs.k8s.io/cli-utils/pkg/kstatus/status` (`core.go` and `generic.go`),
/// written down here a second time, in its order.
enum KStatus: String, Sendable {
  case terminating = "Terminating"
  case inProgress = "InProgress"
  case failed = "Failed"
  case current = "Current"

  init(deleting: Bool, generation: Int64, _ status: CitusMigrationStatus?) {
    if deleting {
      self = .terminating
      return
    }
    if let observed = status?.observedGeneration, observed != generation {
      self = .inProgress
      return
    }
    for condition in status?.conditions ?? [] where condition.status == "True" {
      if condition.type == "Reconciling" {
        self = .inProgress
        return
      }
      if condition.type == "Stalled" {
        self = .failed
        return
      }
    }
    guard let ready = status?.conditions?.first(where: { $0.type == "Ready" }) else {
      self = .current
      return
    }
    self = ready.status == "True" ? .current : .inProgress
  }
}

/// Everything that a look can come to.
enum Outcomes {
  static let verdicts: [Verdict] =
    [
      .applied, .upToDate(summary: "Held", message: "held"), .applying(done: 1, total: 3), .suspended,
      .repaired(message: "rows removed"),
    ]
    + Reason.allCases.flatMap { reason in
      [
        Verdict.waiting(reason, summary: "waits", message: "waits for it"),
        .stalled(reason, summary: "stalls", message: "stalls by it"),
      ]
    }

  /// One of each kind, to come before.
  private static let kinds = Array(verdicts.prefix(7))

  /// The status after each verdict, and after each that follows one of each kind, with the same generation and with a new one.
  static func forEach(_ body: (_ verdict: Verdict, _ generation: Int64, CitusMigrationStatus) throws -> Void) rethrows {
    func status(_ verdict: Verdict, _ generation: Int64, _ previous: CitusMigrationStatus?) -> CitusMigrationStatus {
      var observation = Observation()
      observation.source = SourceStatus(revision: "configmap/a", digest: "sha256:1", scripts: 1)
      return StatusReport(generation: generation, handledReconcileAt: nil, previous: previous, now: Samples.now)
        .status(verdict, observation)
    }
    for verdict in verdicts {
      try body(verdict, 1, status(verdict, 1, nil))
      for before in kinds {
        let previous = status(before, 1, nil)
        try body(verdict, 1, status(verdict, 1, previous))
        try body(verdict, 2, status(verdict, 2, previous))
      }
    }
  }
}
