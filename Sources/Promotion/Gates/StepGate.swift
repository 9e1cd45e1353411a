internal import Support

/// The gates of one migration, in the order in which they are told: what is wrong with it goes before what is missing,
/// and an approval can be given before the window opens.
struct StepGate {
  let question: GateQuestion

  private var settings: PromotionSettings { question.settings }

  /// The first gate that is closed for a step; nil if all are open.
  func hold(_ step: PendingStep) -> GateHold? {
    for upstream in question.upstreams {
      // A baseline stands for what upstream applied one by one: nothing there proves it.
      if step.isBaseline { break }
      if let hold = hold(step, upstream) { return hold }
    }
    return approval(step) ?? window(nil, step) ?? step.directives.window.flatMap { window($0, step) }
  }

  /// What is wrong for good between a step and the upstreams; nil if nothing is.
  func divergence(_ step: PendingStep) -> GateHold? {
    guard !step.isBaseline else { return nil }
    return question.upstreams.lazy.compactMap { hold(step, $0) }.first { $0.isStalled }
  }

  // MARK: Upstream

  private func hold(_ step: PendingStep, _ upstream: UpstreamObservation) -> GateHold? {
    switch upstream.state {
    case .unavailable(let why): return GateHold(.upstreamUnavailable, "\(upstream.name): \(why)")
    case .applied(let applied, let isComplete):
      guard let evidence = applied[step.key] else {
        let why =
          isComplete
          ? "\(upstream.name) has not applied \(step.label) (\(step.script)) yet"
          : "\(upstream.name) does not tell of \(step.label) (\(step.script)): its status lists the last "
            + "\(applied.count) migrations only, and nothing is applied without evidence; name its history table in "
            + "spec.promotion.after instead, or bypass the gates for this plan once"
        return GateHold(.awaitingUpstream, why)
      }
      return content(step, evidence, upstream) ?? soak(step, evidence, upstream)
    }
  }

  private func content(
    _ step: PendingStep, _ evidence: UpstreamObservation.Evidence, _ upstream: UpstreamObservation
  ) -> GateHold? {
    let isSameChecksum = evidence.checksum == step.checksum
    if case .repeatable = step.key {
      // Placeholders differ between environments and are part of a repeatable's checksum, not of its file.
      let isSameFile = upstream.tellsContents && evidence.sha256 == step.sha256
      guard !isSameChecksum, !isSameFile else { return nil }
      return GateHold(
        .awaitingUpstream,
        "\(upstream.name) has applied another content of \(step.label): its checksum is "
          + "\(text(evidence.checksum)) there and \(step.checksum) in \(step.script) here")
    }
    guard let checksum = evidence.checksum else {
      return GateHold(.awaitingUpstream, "\(upstream.name) has no checksum of \(step.label), so nothing proves it")
    }
    guard isSameChecksum else {
      return GateHold(
        .upstreamDiverged,
        "\(step.label) differs: \(upstream.name) has applied it with checksum \(checksum), and \(step.script) here has "
          + "checksum \(step.checksum); bring the same file to both sides, or bypass the gates for this plan")
    }
    guard upstream.tellsContents else { return nil }
    guard let digest = evidence.sha256 else {
      return GateHold(
        .awaitingUpstream,
        "\(upstream.name) tells no SHA-256 of \(step.label), because its own file is not the one that was applied")
    }
    guard digest == step.sha256 else {
      return GateHold(
        .upstreamDiverged,
        "\(step.label) differs: checksum \(checksum) on both sides, but \(upstream.name) has applied a file with SHA-256 "
          + "\(digest), and \(step.script) here has \(step.sha256); bring the same file to both sides, or bypass the "
          + "gates for this plan")
    }
    return nil
  }

  private func text(_ checksum: Int32?) -> String { checksum.map(String.init) ?? "unknown" }

  private func soak(
    _ step: PendingStep, _ evidence: UpstreamObservation.Evidence, _ upstream: UpstreamObservation
  ) -> GateHold? {
    guard settings.soak > .zero else { return nil }
    guard let appliedAt = evidence.appliedAt else {
      return GateHold(.soaking, "\(upstream.name) does not say when it applied \(step.label)")
    }
    let end = appliedAt.advanced(by: settings.soak)
    guard question.now < end else { return nil }
    let long = DurationText.format(settings.soak)
    guard appliedAt <= question.now else {
      return GateHold(
        .soaking,
        "\(upstream.name) applied \(step.label) at \(appliedAt.rfc3339) by its own clock, which is ahead of this "
          + "controller's; it soaks for \(long) from then on: correct the clock or the time zone there", until: end)
    }
    return GateHold(
      .soaking,
      "\(step.label) soaks for \(long): \(upstream.name) applied it at \(appliedAt.rfc3339), so until \(end.rfc3339)",
      until: end)
  }

  // MARK: Approval and windows

  private func approval(_ step: PendingStep) -> GateHold? {
    guard !question.isApproved else { return nil }
    let why: String
    if step.directives.needsApproval {
      why = "\(step.label) (\(step.script)) asks for an approval"
    } else if step.isBaseline, !question.upstreams.isEmpty {
      why = "\(step.label) (\(step.script)) is a baseline, which is never promoted by itself"
    } else if settings.needsApproval {
      why = "spec.promotion.approval is Manual"
    } else {
      return nil
    }
    return self.approval(why)
  }

  func approval(_ why: String) -> GateHold {
    let other = question.hasOtherApproval ? "; the one that is there is of another plan" : ""
    return GateHold(
      .awaitingApproval,
      "\(why): the plan with the digest \(question.digest) waits for the annotation whimbrel.dev/approve with that "
        + "digest\(other)")
  }

  /// The windows of a name, or those without one: one of them must be open, if there are any.
  func window(_ name: String?, _ step: PendingStep?) -> GateHold? {
    let windows = question.windows.filter { $0.name == name }
    guard !windows.isEmpty, !windows.contains(where: { $0.isOpen(at: question.now) }) else { return nil }
    let next = windows.compactMap { $0.nextOpening(after: question.now) }.min()
    let which = windows.map(\.label).joined(separator: ", ")
    let who =
      name.map { "\(step?.label ?? "") starts only in the window '\($0)'" } ?? "migrations start only in a window"
    let when = next.map { "; the next one opens at \($0.rfc3339)" } ?? ""
    return GateHold(.outsideWindow, "\(who) (\(which))\(when)", until: next)
  }
}
