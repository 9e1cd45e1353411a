internal import Kubernetes
internal import Support

/// What is told about a resource as an Event, beside its status.
package struct Announcement: Sendable, Equatable {
  /// `Warning` instead of `Normal`.
  package var isWarning: Bool
  /// Why, in one word.
  package var reason: String
  /// What was being done, in one word.
  package var action: String
  /// For people, never with a literal of a statement; at most 1024 bytes, which is what an Event takes.
  package let note: String

  /// An announcement; a note too long is cut.
  package init(isWarning: Bool = false, _ reason: String, action: String, _ note: String) {
    self.isWarning = isWarning
    self.reason = reason
    self.action = action
    self.note = Self.bounded(note)
  }

  private static func bounded(_ note: String) -> String {
    let limit = 1024
    guard note.utf8.count > limit else { return note }
    var scalars = String.UnicodeScalarView()
    var bytes = 3  // of the ellipsis
    for scalar in note.unicodeScalars {
      bytes += scalar.utf8.count
      guard bytes <= limit else { break }
      scalars.append(scalar)
    }
    return String(scalars) + "…"
  }
}

extension Announcement {
  /// What a new status tells that the one before did not: that a person is needed, or that something else is waited for.
  ///
  /// Progress and success are told by the run itself, step by step.
  package static func change(from before: CitusMigrationStatus?, to status: CitusMigrationStatus) -> Announcement? {
    let told = before?.condition(.ready)?.reason
    if let stalled = status.condition(.stalled) {
      // The summary tells one failure from another of the same kind: `Failed V7`, `Failed V8`.
      let isKnown = told == stalled.reason && before?.summary == status.summary
      guard !isKnown, ![Reason.cancelled, .driftDetected].map(\.rawValue).contains(stalled.reason) else { return nil }
      return Announcement(isWarning: true, stalled.reason, action: "Stall", stalled.message)
    }
    guard let waiting = status.condition(.reconciling), waiting.reason != told,
      ![Reason.applying, .repaired].map(\.rawValue).contains(waiting.reason)
    else { return nil }
    return Announcement(waiting.reason, action: "Wait", WaitingSince.plain(waiting.message))
  }
}
