/// The `CitusMigration` of a scene as `kubectl get -o json` shows it: the part that is looked at.
package struct SceneResource: Decodable, Sendable {
  /// A condition.
  package struct Condition: Decodable, Sendable {
    package var type: String
    package var status: String
    package var reason: String
    package var message: String
  }

  /// The status.
  package struct Status: Decodable, Sendable {
    package var observedGeneration: Int?
    package var summary: String?
    package var conditions: [Condition]?
    package var currentVersion: String?
    package var pendingCount: Int?
  }

  package var status: Status?

  /// The Ready condition in one line.
  package var ready: String { text("Ready") ?? "absent" }
  /// The Stalled condition in one line, where it is there: a person has to act.
  package var stalled: String? { text("Stalled") }

  private func text(_ type: String) -> String? {
    status?.conditions?.first { $0.type == type }.map { "\($0.status) \($0.reason): \($0.message)" }
  }
}
