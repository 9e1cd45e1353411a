package import Support

/// Why a migration may not start now.
package struct GateHold: Sendable, Equatable {
  /// Which gate is closed; the raw values are the reasons of the conditions.
  package enum Reason: String, Sendable, CaseIterable {
    case awaitingUpstream = "AwaitingUpstream"
    case soaking = "Soaking"
    case awaitingApproval = "AwaitingApproval"
    case outsideWindow = "OutsideWindow"
    case frozen = "Frozen"
    case upstreamUnavailable = "UpstreamUnavailable"
    case upstreamDiverged = "UpstreamDiverged"
    case upstreamCycle = "UpstreamCycle"
  }

  package var reason: Reason
  /// What is waited for, where, and what to do.
  package var message: String
  /// When it opens by itself, if that is known.
  package var until: Timestamp?

  /// A hold from its parts.
  package init(_ reason: Reason, _ message: String, until: Timestamp? = nil) {
    self.reason = reason
    self.message = message
    self.until = until
  }

  /// Whether only a person can open it; an approval is a person's too, but nothing is wrong.
  package var isStalled: Bool { reason == .upstreamDiverged || reason == .upstreamCycle }

  /// A few words for the column Status.
  package var summary: String {
    switch reason {
    case .awaitingUpstream: "Awaiting upstream"
    case .soaking: "Soaking"
    case .awaitingApproval: "Awaiting approval"
    case .outsideWindow: "Outside window"
    case .frozen: "Frozen"
    case .upstreamUnavailable: "Upstream unavailable"
    case .upstreamDiverged: "Upstream diverged"
    case .upstreamCycle: "Upstream cycle"
    }
  }
}
