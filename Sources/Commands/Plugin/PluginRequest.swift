internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Support

/// Something that is asked of the controller by annotation, and how its answer is known.
enum PluginRequest: Sendable, Equatable {
  case reconcile(token: String)
  case repair(token: String)
  case acceptDrift(token: String)
  case cancel(run: String)
  case approve(digest: String, by: String?)
  case bypass(digest: String, by: String?)

  /// The answer of a controller.
  struct Answer: Sendable, Equatable {
    let text: String
    let isGood: Bool
  }

  /// A text that no request had before.
  static func token() -> String { WallClock.system.now().rfc3339Microseconds }

  /// The annotations that ask for it.
  var annotations: [(CitusMigration.Annotation, String)] {
    switch self {
    case .reconcile(let token): [(.reconcile, token)]
    case .repair(let token): [(.repair, token)]
    case .acceptDrift(let token): [(.acceptDrift, token)]
    case .cancel(let run): [(.cancel, run)]
    case .approve(let digest, let by): Self.consent(.approve, digest, by)
    case .bypass(let digest, let by): Self.consent(.bypassGates, digest, by)
    }
  }

  private static func consent(
    _ name: CitusMigration.Annotation, _ digest: String, _ by: String?
  ) -> [(CitusMigration.Annotation, String)] {
    [(name, digest)] + (by.map { [(.approvedBy, $0)] } ?? [])
  }

  /// What was asked, for who does not wait.
  var asked: String {
    switch self {
    case .reconcile: "a look is asked for"
    case .repair: "a repair is asked for"
    case .acceptDrift: "what the database holds is accepted"
    case .cancel(let run): "run \(run) is to be cancelled"
    case .approve(let digest, _): "plan \(digest) is approved"
    case .bypass(let digest, _): "all gates are opened for plan \(digest)"
    }
  }

  /// The answer, once the status holds it.
  func answer(_ resource: CitusMigration) -> Answer? {
    guard let status = resource.status else { return nil }
    switch self {
    case .reconcile(let token):
      guard status.lastHandledReconcileAt == token else { return nil }
      return settled(resource, status)
    case .repair(let token):
      guard status.lastHandledRepairAt == token, let repair = status.lastRepair else { return nil }
      return Answer(text: "\(repair.outcome): \(repair.message)", isGood: repair.outcome == "Succeeded")
    case .acceptDrift(let token):
      guard status.drift?.lastHandledAcceptAt == token else { return nil }
      return Answer(text: "accepted; \(status.drift?.count ?? 0) objects differ", isGood: true)
    case .cancel(let run):
      guard let last = status.lastRun, last.id != run || last.outcome != "Running" else { return nil }
      let isOver = last.id == run && last.outcome == "Cancelled"
      return Answer(text: "run \(run): \(last.id == run ? last.outcome : "is over")", isGood: isOver)
    case .approve(let digest, _), .bypass(let digest, _):
      return consented(resource, status, digest)
    }
  }

  // Ready, or in need of a person; what waits by itself is no answer yet.
  private func settled(_ resource: CitusMigration, _ status: CitusMigrationStatus) -> Answer? {
    let summary = status.summary ?? ""
    if resource.spec?.suspend == true { return Answer(text: "suspended; kubectl whimbrel resume", isGood: false) }
    if status.condition(.ready)?.status == "True" { return Answer(text: summary, isGood: true) }
    if let stalled = status.condition(.stalled), stalled.status == "True" {
      return Answer(text: "\(summary): \(stalled.message)", isGood: false)
    }
    // Behind a gate it may stay for days.
    return status.gate.map { Answer(text: "\(summary): \($0.message)", isGood: false) }
  }

  // Seen by the controller; or nothing of that plan is pending any more, because it ran at once.
  private func consented(_ resource: CitusMigration, _ status: CitusMigrationStatus, _ digest: String) -> Answer? {
    let seen = [status.approval?.digest, status.bypass?.digest].contains(digest)
    guard seen || status.plan?.digest != digest else { return nil }
    if let gate = status.gate { return Answer(text: "\(status.summary ?? ""): \(gate.message)", isGood: true) }
    return settled(resource, status) ?? Answer(text: status.summary ?? "", isGood: true)
  }
}

/// Which plan is approved.
struct ApprovalChoice {
  let resource: CitusMigration
  /// The digest that was reviewed; nil takes what is pending.
  let expected: String?

  /// The digest of the plan.
  ///
  /// - Throws: `CommandError` if nothing is pending, or something else than was reviewed.
  func digest() throws(CommandError) -> String {
    guard let plan = resource.status?.plan, !plan.steps.isEmpty else {
      throw CommandError(
        .unsuitable, "\(resource.key) has nothing pending to approve.", nextStep: "See kubectl whimbrel status.")
    }
    guard expected == nil || expected == plan.digest else {
      throw CommandError(
        .unsuitable, "The plan of \(resource.key) is not the one that was reviewed: now it is \(plan.digest).",
        nextStep: "Review it: kubectl whimbrel plan \(resource.metadata.name).")
    }
    return plan.digest
  }
}

extension PluginSubject {
  /// Asks, and waits for the answer if that is wanted.
  func ask(_ request: PluginRequest, _ waiting: PluginWait) async throws {
    try await ask(waiting) { _ in request }
  }

  /// Asks for what the resource as it is calls for.
  ///
  /// - Throws: `ExitCode.failure` after a bad answer, or none in time; both are written.
  func ask(_ waiting: PluginWait, _ request: (CitusMigration) throws -> PluginRequest) async throws {
    try await cluster.resources { resources in
      let resource = try await resources.get(name)
      let request = try request(resource)
      try await resources.annotate(name, request.annotations)
      OutputStream.standardOutput.write("\(VisibleText.cell("\(resource.key): \(request.asked)"))\n")
      guard waiting.wait else { return }
      let last = try await resources.follow(name, for: waiting.timeout.value) { request.answer($0) != nil }
      guard let last, let answer = request.answer(last) else {
        OutputStream.standardError.write(
          "No answer within \(DurationText.format(waiting.timeout.value)): is a controller running? "
            + "See kubectl whimbrel status.\n")
        throw ExitCode.failure
      }
      OutputStream.standardOutput.write("\(VisibleText.cell("\(resource.key): \(answer.text)"))\n")
      guard answer.isGood else { throw ExitCode.failure }
    }
  }

  /// Sets `spec.suspend`.
  func suspend(_ isSuspended: Bool) async throws {
    try await cluster.resources { resources in
      let resource = try await resources.patch(name, ["spec": ["suspend": .bool(isSuspended)]])
      OutputStream.standardOutput.write(
        "\(VisibleText.cell("\(resource.key): \(isSuspended ? "suspended" : "goes on")"))\n")
    }
  }
}
