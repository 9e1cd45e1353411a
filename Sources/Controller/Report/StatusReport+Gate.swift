extension StatusReport {
  /// The condition `GateOpen`: absent without `spec.promotion`, as before where the gates were not reached.
  func gateCondition(_ observation: Observation) -> (status: String, reason: Reason, message: String)? {
    guard let gate = observation.gate, gate.isConfigured else { return nil }
    guard let hold = gate.hold else { return ("True", .succeeded, "no migration is held") }
    return ("False", Reason(rawValue: hold.reason) ?? .internalError, hold.message)
  }

  /// Fills in what the gate stage found.
  func addGates(_ observation: Observation, to status: inout CitusMigrationStatus) {
    if let gate = observation.gate {
      (status.gate, status.approval, status.bypass) = (gate.hold, gate.approval, gate.bypass)
    } else {
      (status.gate, status.approval, status.bypass) = (previous?.gate, previous?.approval, previous?.bypass)
    }
    status.applied =
      observation.plan.map { AppliedEvidence.merged($0.applied, after: previous?.applied, now: now) }
      ?? previous?.applied
  }
}
