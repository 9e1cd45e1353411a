import TestSupport

/// An Event of `events.k8s.io/v1` as `kubectl get -o json` shows it: the part that tests look at.
struct ToldEvent: Decodable, Sendable {
  struct Series: Decodable, Sendable {
    var count: Int
  }

  struct Reference: Decodable, Sendable {
    var apiVersion: String?
    var kind: String?
    var name: String?
  }

  var type: String
  var reason: String
  var action: String?
  var note: String?
  var regarding: Reference?
  var reportingController: String?
  var reportingInstance: String?
  var eventTime: String?
  var series: Series?
}

extension World {
  /// The Events of the namespace with a reason, or all.
  func events(_ reason: String? = nil) async throws -> [ToldEvent] {
    struct List: Decodable { var items: [ToldEvent] }
    let items = try await kubectl.get(List.self, "events.events.k8s.io").items
    return items.filter { reason == nil || $0.reason == reason }
  }

  /// Waits for Events with a reason, and returns them.
  @discardableResult
  func waitForEvents(_ reason: String, _ isEnough: ([ToldEvent]) -> Bool = { !$0.isEmpty }) async throws -> [ToldEvent]
  {
    try await eventually(
      "Events of \(reason)",
      lastState: { (try? await kubectl("get", "events.events.k8s.io", "-o", "yaml")) ?? "" }
    ) {
      let events = try await events(reason)
      return isEnough(events) ? events : nil
    }
  }
}
