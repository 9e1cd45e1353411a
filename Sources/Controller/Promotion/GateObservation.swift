package import Promotion
package import Support

/// What the gate stage found, for the status.
package struct GateObservation: Sendable, Equatable {
  /// Nil where nothing is held.
  package var hold: GateStatus?
  /// Whether there is a `spec.promotion`; without it nothing of gates is shown.
  package var isConfigured: Bool
  package var approval: ApprovalStatus?
  package var bypass: ApprovalStatus?
  /// When the gates may open, though nothing changes.
  package var lookAgain: Timestamp?

  /// What is seen of a resource.
  package init(isConfigured: Bool) {
    self.isConfigured = isConfigured
  }
}

extension GateStatus {
  /// The gate that is closed after a decision; nil if none is.
  package init?(_ decision: GateDecision, pending: Int) {
    guard let hold = decision.hold else { return nil }
    let count = pending == 0 ? "" : "\(decision.held) of \(pending) pending migration\(pending == 1 ? "" : "s") held: "
    self.init(
      reason: hold.reason.rawValue, message: count + hold.message, until: hold.until?.rfc3339, held: decision.held)
  }
}

extension ApprovalStatus {
  /// What an annotation says, and since when it is known.
  init(digest: String, by: String?, before: ApprovalStatus?, now: Timestamp) {
    let isSame = before?.digest == digest && before?.by == by
    self.init(digest: digest, by: by, seenAt: isSame ? before?.seenAt ?? now.rfc3339 : now.rfc3339)
  }
}

extension Verdict {
  /// What a closed gate means for the resource.
  package init(_ hold: GateHold, _ gate: GateStatus, reportsReady: Bool) {
    guard let reason = Reason(rawValue: hold.reason.rawValue) else {
      self = .stalled(.internalError, summary: "Internal error", message: gate.message)
      return
    }
    if hold.isStalled {
      self = .stalled(reason, summary: hold.summary, message: gate.message)
    } else if reportsReady {
      self = .upToDate(summary: hold.summary, message: gate.message)
    } else {
      self = .waiting(reason, summary: hold.summary, message: gate.message)
    }
  }
}
