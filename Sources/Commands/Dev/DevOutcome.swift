internal import Controller
internal import Kubernetes

/// What the controller says of the directory as it was published last: a value.
enum DevOutcome: Sendable, Equatable {
  /// It has not looked at it yet.
  case unseen
  /// It is at work, or waits for something; its words.
  case pending(String)
  case ready(String)
  /// A person is needed: what happened, and what to do.
  case failed([String])

  /// Judges a resource; `digest` is that of what was published.
  init(_ object: CitusMigration, digest: String) {
    guard let status = object.status, status.source?.digest == digest else {
      self = .unseen
      return
    }
    let summary = status.summary ?? "no word yet"
    let isCurrent = status.observedGeneration == object.metadata.generation
    if isCurrent, let stalled = status.condition(.stalled), stalled.status == "True" {
      self = .failed(stalled.message.split(separator: "\n").map(String.init) + Self.advice(stalled.reason))
    } else if isCurrent, status.condition(.ready)?.status == "True" {
      self = .ready("\(summary), version \(status.currentVersion ?? "none")")
    } else {
      self = .pending(summary)
    }
  }

  private static func advice(_ reason: String) -> [String] {
    switch Reason(rawValue: reason) {
    case .checksumMismatch:
      [
        "A file that was applied has been edited. Take the edit back and write the change as a new file,",
        "or start over with an empty database: make dev-reset.",
      ]
    case .migrationFailed: ["Correct the file and save it: it is applied again."]
    case .validationFailed: ["To start over with an empty database: make dev-reset."]
    default: []
    }
  }
}
