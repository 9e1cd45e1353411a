internal import HTTP

extension KubernetesClient {
  /// Watches a collection from a version on.
  ///
  /// - Parameters:
  ///   - namespace: the namespace, or nil for all of them.
  ///   - resourceVersion: the version of a list, or of the last event seen.
  ///   - allowBookmarks: whether the server may send bookmarks, which keep the version fresh where nothing happens.
  ///   - timeout: after how long the server is to end the watch; nil chooses between 5 and 10 minutes, so that the
  ///     watches of many clients do not end together. If nothing at all arrives for 5 s longer, the connection is dead.
  /// - Throws: `KubernetesError`; `gone` may come here or as the first event.
  package func watch<Resource: KubernetesResource>(
    _ type: Resource.Type, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil,
    resourceVersion: String?, allowBookmarks: Bool = true, timeout: Duration? = nil
  ) async throws(KubernetesError) -> WatchStream<Resource> {
    let seconds = timeout.map { max(1, $0.components.seconds) } ?? Int64.random(in: 300...600)
    let query: [(String, String?)] = [
      ("watch", "true"), ("labelSelector", labelSelector), ("fieldSelector", fieldSelector),
      ("resourceVersion", resourceVersion), ("allowWatchBookmarks", allowBookmarks ? "true" : nil),
      ("timeoutSeconds", "\(seconds)"),
    ]
    var call = APICall("watch", "GET", type, namespace: namespace, query: query)
    call.idleTimeout = .seconds(seconds + 5)
    let response = try await perform(call)
    return WatchStream(body: response.body, call: call.name, lineLimit: limits.objectBytes, connections: connections)
  }
}
