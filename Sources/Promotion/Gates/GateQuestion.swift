package import Support

/// Everything that the gates decide from.
package struct GateQuestion: Sendable, Equatable {
  package var settings: PromotionSettings
  /// Those of the settings, with their zones.
  package var windows: [PromotionWindow] = []
  /// What is pending, in order.
  package var steps: [PendingStep]
  /// Whether the run would begin with a row that marks a baseline.
  package var marksBaseline = false
  /// One for each entry of `spec.promotion.after`.
  package var upstreams: [UpstreamObservation] = []
  /// How this resource comes after itself, by names; nil if it does not.
  package var cycle: [String]?
  /// SHA-256 of the plan.
  package var digest: String
  /// Whether the approval that is there is one of this plan, or of one that this plan is the rest of.
  package var isApproved = false
  /// Whether there is an approval of another plan.
  package var hasOtherApproval = false
  /// Whether the gates are opened for exactly this plan, or for one that this plan is the rest of.
  package var isBypassed = false
  package var now: Timestamp
  /// How often what does not tell of its changes is asked.
  package var pollInterval: Duration = .seconds(30)

  /// A question about a plan.
  package init(settings: PromotionSettings, steps: [PendingStep], digest: String, now: Timestamp) {
    self.settings = settings
    self.steps = steps
    self.digest = digest
    self.now = now
  }
}

/// What the gates decide.
package struct GateDecision: Sendable, Equatable {
  /// How many of the pending migrations, from the first on, may start now.
  package var allowed: Int
  /// Why the next one may not; nil if all may.
  package var hold: GateHold?
  /// How many migrations are held.
  package var held: Int
  /// When the answer may be another one, though nothing is changed.
  package var lookAgain: Timestamp?
}
