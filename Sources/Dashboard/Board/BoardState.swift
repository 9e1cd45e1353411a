internal import Controller

/// What a card on the board says at a glance; each has an icon, a word and a colour of its own.
package enum BoardState: String, Sendable, Encodable, CaseIterable {
  /// Everything that is declared is in effect.
  case applied
  /// A run goes on.
  case applying
  /// It waits for what heals by itself.
  case waiting
  /// A gate holds migrations.
  case held
  /// It needs a person.
  case stalled
  /// `spec.suspend` is set.
  case suspended
  /// The controller has not looked at it yet.
  case unseen

  /// The state of a resource.
  init(_ resource: CitusMigration) {
    let status = resource.status
    switch resource.standing {
    case .suspended: self = .suspended
    case .stalled: self = .stalled
    case _ where resource.specProblem != nil: self = .stalled
    case _ where resource.blocking?.reason == Reason.applying.rawValue: self = .applying
    case _ where status?.gate != nil: self = .held
    case .ready: self = .applied
    case .notReady: self = status?.conditions?.isEmpty == false ? .waiting : .unseen
    }
  }

  /// The word where the status has no summary of its own.
  var word: String {
    switch self {
    case .applied: "Applied"
    case .applying: "Applying"
    case .waiting: "Waiting"
    case .held: "Held"
    case .stalled: "Stalled"
    case .suspended: "Suspended"
    case .unseen: "Not looked at yet"
    }
  }
}
