internal import Support

extension GateQuestion {
  /// How long a prefix of the pending migrations may start now, and why the rest may not.
  package func decide() -> GateDecision {
    guard !isBypassed else { return GateDecision(allowed: steps.count, hold: nil, held: 0) }
    let gate = StepGate(question: self)
    if let hold = first(gate) { return decision(allowed: 0, hold) }
    let held = steps.firstIndex { gate.hold($0) != nil }
    guard let held, let hold = gate.hold(steps[held]) else {
      return GateDecision(allowed: steps.count, hold: nil, held: 0)
    }
    // What only a person can settle is told at once, though it stands behind what merely takes time.
    let worst = hold.isStalled ? hold : steps[held...].lazy.compactMap(gate.divergence).first ?? hold
    var decision = decision(allowed: held, worst)
    decision.lookAgain = [decision.lookAgain, hold.until].compactMap(\.self).min()
    return decision
  }

  // What holds everything back, whatever is pending.
  private func first(_ gate: StepGate) -> GateHold? {
    if let cycle {
      return GateHold(
        .upstreamCycle,
        "spec.promotion.after leads back to this resource, so none of them would ever start: "
          + "\(cycle.joined(separator: " after ")); take one reference out")
    }
    if let freeze = settings.freeze, freeze.holds(at: now) {
      let end = freeze.until.map { "until \($0.rfc3339)" } ?? "as long as spec.promotion.freeze is there"
      return GateHold(.frozen, "nothing starts \(end): \(freeze.reason)", until: freeze.until)
    }
    if marksBaseline, !upstreams.isEmpty, !isApproved {
      return gate.approval("the run begins with a baseline row (baselineOnMigrate), which is never promoted by itself")
    }
    return steps.isEmpty ? gate.window(nil, nil) : nil
  }

  private func decision(allowed: Int, _ hold: GateHold) -> GateDecision {
    let isPolled = upstreams.contains(where: \.isPolled)
    let asksUpstream = [.awaitingUpstream, .upstreamUnavailable, .upstreamDiverged, .soaking].contains(hold.reason)
    let poll = isPolled && asksUpstream ? now.advanced(by: pollInterval) : nil
    return GateDecision(
      allowed: allowed, hold: hold, held: steps.count - allowed,
      lookAgain: [poll, hold.until].compactMap(\.self).min())
  }
}
