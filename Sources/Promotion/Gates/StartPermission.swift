package import MigrationCore
package import Support

/// What the gates allow a run: asked again before each migration, because a plan is made anew under the lock, a window
/// closes, and a person may think better of it.
package struct StartPermission: Sendable, Equatable {
  /// The migrations that may start.
  private let allowed: [String: PendingStep]
  private let question: GateQuestion

  /// What a decision allows.
  package init(_ question: GateQuestion, _ decision: GateDecision) {
    self.question = question
    allowed = Dictionary(question.steps.prefix(decision.allowed).map { ($0.script, $0) }) { first, _ in first }
  }

  /// Whether a migration may start at this moment: the file is the very one that was asked about, and no window has
  /// closed meanwhile.
  ///
  /// - Parameters:
  ///   - freeze: what freezes everything now.
  ///   - isRevoked: whether the approval, or the bypass, that it relies on is gone.
  package func mayStart(
    _ script: MigrationScript, at now: Timestamp, freeze: PromotionSettings.Freeze?, isRevoked: Bool
  ) -> Bool {
    guard let step = allowed[script.script], step.isSame(as: script), !isRevoked else { return false }
    if question.isBypassed { return true }
    guard freeze?.holds(at: now) != true else { return false }
    var question = question
    question.now = now
    let gate = StepGate(question: question)
    return gate.window(nil, step) == nil && step.directives.window.map { gate.window($0, step) == nil } ?? true
  }

  /// Whether it relies on an approval or a bypass that a person may take back.
  package var isRevocable: Bool {
    guard !question.isBypassed else { return true }
    return question.isApproved
      && (question.settings.needsApproval || question.marksBaseline
        || allowed.values.contains { $0.directives.needsApproval || $0.isBaseline })
  }
}
