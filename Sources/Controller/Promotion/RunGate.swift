internal import MigrationCore
internal import MigrationEngine
internal import Promotion
internal import Support

/// The gates of one run: asked before each of its migrations, with the resource as it is then.
final class RunGate: Sendable {
  let question: GateQuestion
  private let permission: StartPermission
  private let tokens: GateTokens
  private let clock: WallClock
  private let latest: @Sendable () -> CitusMigration?
  private let held = Guarded(false)

  init(
    _ question: GateQuestion, _ decision: GateDecision, tokens: GateTokens, clock: WallClock,
    latest: @escaping @Sendable () -> CitusMigration?
  ) {
    self.question = question
    permission = StartPermission(question, decision)
    self.tokens = tokens
    self.clock = clock
    self.latest = latest
  }

  /// Whether it has kept a migration from starting.
  var hasHeld: Bool { held.withLock { $0 } }

  /// Whether a migration may start now.
  func mayStart(_ step: PlannedStep) -> Bool {
    let mayStart = decide(step)
    if !mayStart { held.withLock { $0 = true } }
    return mayStart
  }

  private func decide(_ step: PlannedStep) -> Bool {
    guard let object = latest() else { return false }
    var problems: [String] = []
    let freeze = object.spec?.promotion?.freeze.flatMap { PromotionReader.freeze($0, &problems) }
    // An end that cannot be read is none.
    guard problems.isEmpty else { return false }
    let now = GateTokens(object)
    let isRevoked =
      permission.isRevocable
      && (question.isBypassed ? now.bypass != tokens.bypass : now.approve != tokens.approve)
    return permission.mayStart(step.script, at: clock.now(), freeze: freeze, isRevoked: isRevoked)
  }
}

/// What people say about the gates by annotation.
struct GateTokens: Sendable, Equatable {
  /// The digest of the plan that is approved.
  let approve: String?
  /// The digest of the plan for which all gates are opened.
  let bypass: String?
  /// Who says so, as far as anybody can know.
  let by: String?

  init(_ object: CitusMigration) {
    approve = object.approveToken
    bypass = object.bypassToken
    by = object.approvedBy
  }
}
