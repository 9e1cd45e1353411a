internal import Kubernetes
internal import MigrationCore
internal import MigrationEngine
internal import Promotion
internal import Support

// The stage between plan and lock: how much of the plan may start now.
extension ReconcilePass {
  /// What the gates say to a plan.
  enum Passage {
    /// Something may start, or nothing is pending; nil without `spec.promotion`.
    case open(RunGate?)
    case closed(Verdict)

    /// Where nothing is done.
    var verdict: Verdict {
      if case .closed(let verdict) = self { verdict } else { .applied }
    }
  }

  /// Asks the gates; `starts` is false where nothing is to be done at all.
  mutating func passGates(_ plan: MigrationPlan, target: String, starts: Bool) async -> Passage {
    observation.gate = GateObservation(isConfigured: reading.promotion != nil)
    let steps: [PendingStep]
    do throws(PromotionError) {
      steps = try pendingSteps(plan)
    } catch {
      return .closed(.stalled(.invalidSource, summary: "Invalid directive", message: error.message))
    }
    guard let settings = reading.promotion else { return .open(nil) }
    if let refusal = forbiddenReference { return .closed(refusal) }
    var question = GateQuestion(settings: settings, steps: steps, digest: plan.digest(target: target), now: now)
    question.cycle = cycle
    question.pollInterval = reading.retryInterval
    question.marksBaseline = plan.baseline != nil
    do throws(PromotionError) {
      question.windows = try await context.zones.windows(settings)
    } catch {
      return .closed(
        .stalled(.invalidSpec, summary: "Invalid spec", message: "spec.promotion.windows: \(error.message)"))
    }
    if !steps.isEmpty, question.cycle == nil {
      let reader = UpstreamReader(object: object, context: context, lookup: lookup)
      for upstream in spec.promotion?.after ?? [] { question.upstreams.append(await reader.observe(upstream)) }
    }
    return decide(question, plan, target: target, starts: starts)
  }

  private mutating func decide(
    _ question: GateQuestion, _ plan: MigrationPlan, target: String, starts: Bool
  ) -> Passage {
    var question = question
    // The latest, because an approval may have been taken back while the upstreams were asked.
    let tokens = GateTokens(latest() ?? object)
    answer(tokens, plan, target: target, &question)
    let decision = question.decide()
    guard starts || question.cycle != nil else { return .open(nil) }
    show(decision, pending: plan.steps.count)
    if let hold = decision.hold, let gate = observation.gate?.hold, decision.allowed == 0 {
      return .closed(Verdict(hold, gate, reportsReady: question.settings.reportsReady))
    }
    return .open(RunGate(question, decision, tokens: tokens, clock: context.clock, latest: latest))
  }

  /// What the rest of a plan waits for after a run; `applied` where the gates held nothing back.
  mutating func verdict(after gate: RunGate?, _ plan: MigrationPlan, target: String) -> Verdict {
    guard let gate, !plan.steps.isEmpty else {
      observation.gate?.hold = nil
      observation.gate?.lookAgain = nil
      return .applied
    }
    let current = latest() ?? object
    var question = gate.question
    do throws(PromotionError) {
      question.steps = try pendingSteps(plan)
    } catch {
      return .stalled(.invalidSource, summary: "Invalid directive", message: error.message)
    }
    question.now = now
    question.digest = plan.digest(target: target)
    question.marksBaseline = plan.baseline != nil
    var problems: [String] = []
    question.settings.freeze = current.spec?.promotion?.freeze.flatMap { PromotionReader.freeze($0, &problems) }
    answer(GateTokens(current), plan, target: target, &question)
    let decision = question.decide()
    show(decision, pending: plan.steps.count)
    if let hold = decision.hold, let status = observation.gate?.hold, decision.allowed == 0 {
      return Verdict(hold, status, reportsReady: question.settings.reportsReady)
    }
    guard gate.hasHeld else { return .applied }
    // Something opened meanwhile: at once from the start, with everything asked anew.
    observation.gate?.lookAgain = question.now
    return .applying(done: 0, total: plan.steps.count)
  }

  // MARK: Parts

  private var now: Timestamp { context.clock.now() }

  private func pendingSteps(_ plan: MigrationPlan) throws(PromotionError) -> [PendingStep] {
    var steps: [PendingStep] = []
    for step in plan.steps {
      let directives = try ScriptDirectives(of: step.script, windows: reading.promotion?.windowNames)
      steps.append(PendingStep(step.script, directives: directives))
    }
    return steps
  }

  // Reads the annotations, and writes down what they come to.
  private mutating func answer(
    _ tokens: GateTokens, _ plan: MigrationPlan, target: String, _ question: inout GateQuestion
  ) {
    question.isApproved = tokens.approve.map { plan.isRest(of: $0, target: target) } ?? false
    question.isBypassed = tokens.bypass.map { plan.isRest(of: $0, target: target) } ?? false
    question.hasOtherApproval = tokens.approve != nil && !question.isApproved
    func status(_ token: String?, _ isValid: Bool, before: ApprovalStatus?) -> ApprovalStatus? {
      guard isValid, let token else { return nil }
      return ApprovalStatus(digest: token, by: tokens.by, before: before, now: question.now)
    }
    let before = object.status
    observation.gate?.approval = status(tokens.approve, question.isApproved, before: before?.approval)
    observation.gate?.bypass = status(tokens.bypass, question.isBypassed, before: before?.bypass)
  }

  private mutating func show(_ decision: GateDecision, pending: Int) {
    observation.gate?.hold = GateStatus(decision, pending: pending)
    observation.gate?.lookAgain = decision.lookAgain
  }

  private var forbiddenReference: Verdict? {
    let own = object.metadata.namespace
    let foreign = (spec.promotion?.after ?? []).first { upstream in
      upstream.kubeConfig == nil && upstream.namespace.map { $0 != own } ?? false
    }
    guard let foreign, !context.allowsCrossNamespaceReferences else { return nil }
    return .stalled(
      .invalidSpec, summary: "Invalid spec",
      message: "spec.promotion.after names '\(foreign.name ?? "")' of namespace '\(foreign.namespace ?? "")'; other "
        + "namespaces of this cluster may be named only where the controller runs with "
        + "--allow-cross-namespace-references")
  }

  private var cycle: [String]? {
    UpstreamCycle.find(from: object.key) { key in
      let found = key == object.key ? object : lookup(key)
      return (found?.spec?.promotion?.after ?? []).compactMap { upstream in
        guard upstream.kubeConfig == nil, let name = upstream.name else { return nil }
        return ObjectKey(namespace: upstream.namespace ?? key.namespace, name: name)
      }
    }?.map { "\($0)" }
  }
}
