package import Controller
internal import Kubernetes

/// What the page of one resource shows: every field that leaves the process is named here and beside.
///
/// Of spec, labels and annotations nothing is shown but what decides about the place on the board: the status never
/// holds a secret, and the rest is for `kubectl`.
package struct ResourcePage: Sendable, Encodable, Equatable {
  package var id: String
  package var card: BoardCard
  package var chain: [ChainLink]
  package var createdAt: String?
  package var generation: Int64?
  package var observedGeneration: Int64?
  /// A command that brings it further, where there is one.
  package var advice: Advice?
  package var conditions: [ConditionView]
  package var source: SourceView?
  package var cluster: ClusterView?
  package var gate: GateView?
  package var plan: PlanView?
  package var lint: LintView?
  package var drift: DriftView?
  package var run: RunView?
  /// The migrations in effect that the status holds, newest first.
  package var migrations: [MigrationView]
  /// How many are in effect and not among them.
  package var earlier: Int
  package var events: [EventView]

  /// What to do, and the command for it.
  package struct Advice: Sendable, Encodable, Equatable {
    package var text: String
    package var command: String
  }

  /// One condition.
  package struct ConditionView: Sendable, Encodable, Equatable {
    package var type: String
    package var status: String
    package var reason: String
    package var message: String
    package var since: String
  }

  /// The source.
  package struct SourceView: Sendable, Encodable, Equatable {
    package var revision: String
    package var digest: String
    package var scripts: Int
  }

  /// The page of a resource.
  ///
  /// - Parameters:
  ///   - id: to be named in the next question.
  ///   - chain: what shares a row of the board with it.
  package init(_ resource: CitusMigration, id: String, chain: [ChainLink]) {
    let status = resource.status ?? CitusMigrationStatus()
    self.id = id
    self.chain = chain
    card = BoardCard(resource)
    createdAt = resource.metadata.creationTimestamp
    generation = resource.metadata.generation
    observedGeneration = status.observedGeneration
    advice = Advice(resource, card.state)
    conditions = (status.conditions ?? []).map {
      ConditionView(
        type: $0.type, status: $0.status, reason: $0.reason, message: $0.message, since: $0.lastTransitionTime)
    }
    source = status.source.map { SourceView(revision: $0.revision, digest: $0.digest, scripts: $0.scripts) }
    cluster = status.cluster.map { ClusterView($0) }
    gate = GateView(status)
    plan = status.plan.map { PlanView($0, pending: status.pendingCount) }
    lint = status.lint.map { LintView($0) }
    drift = status.drift.flatMap { DriftView($0) }
    run = status.lastRun.map { RunView($0) }
    migrations = MigrationView.list(status)
    earlier = max(0, (status.appliedCount ?? 0) - migrations.count { $0.isApplied })
    events = EventView.list(status)
  }
}

extension ResourcePage.Advice {
  /// What a person can do about a state; nil where waiting is right, or where the message says it.
  init?(_ resource: CitusMigration, _ state: BoardState) {
    let place = "\(resource.metadata.name) -n \(resource.metadata.namespace ?? "")"
    let reason = resource.status?.gate?.reason
    let digest = resource.status?.plan?.digest ?? ""
    if state == .held, reason == Reason.awaitingApproval.rawValue, Self.isDigest(digest) {
      self.init(
        text: "Review the pending plan below, then approve exactly that one:",
        command: "kubectl whimbrel approve \(place) --digest \(digest)")
    } else if state == .suspended {
      self.init(text: "To go on:", command: "kubectl whimbrel resume \(place)")
    } else if state == .stalled, resource.blocking?.reason == Reason.cancelled.rawValue {
      self.init(text: "A run was cancelled. To go on:", command: "kubectl whimbrel reconcile \(place)")
    } else if state == .stalled, resource.blocking?.reason == Reason.driftDetected.rawValue {
      self.init(
        text: "If what the database holds now is right:", command: "kubectl whimbrel accept-drift \(place)")
    } else {
      return nil
    }
  }

  // The command is for a shell: nothing but a digest goes into it.
  private static func isDigest(_ text: String) -> Bool {
    let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}
