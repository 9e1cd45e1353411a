internal import Support

/// A request as far as the dashboard looks at it.
struct DashboardRequest: Sendable, Equatable {
  enum Route: Sendable, Equatable {
    case file(String)
    case document(DashboardTopic)
    case stream(DashboardTopic)
  }

  var method: String
  /// Nil where the path is none of the dashboard's.
  var route: Route?
  var token: Redacted<String>?
  /// The id of what the reader was told last.
  var lastID: String?
  /// `If-None-Match`.
  var tag: String?

  /// Reads a request.
  ///
  /// - Parameters:
  ///   - target: path and query, as they stand in the request line.
  ///   - authorization: the header of that name.
  init(method: String, target: String, authorization: String? = nil, lastID: String? = nil, tag: String? = nil) {
    self.method = method
    let path = String(target.prefix { $0 != "?" })
    route = Self.route(path)
    token = authorization.flatMap(Self.token)
    self.lastID = lastID.flatMap { $0.utf8.count <= 64 ? $0 : nil }
    self.tag = tag
  }

  private static func token(_ header: String) -> Redacted<String>? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    // RFC 6750's characters, and no more than a header may hold.
    let token = parts[1]
    let isToken = token.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~+/=".utf8.contains(byte)
    }
    return isToken ? Redacted(String(token)) : nil
  }

  private static func route(_ path: String) -> Route? {
    guard path.hasPrefix("/api/") else { return .file(path) }
    var parts = path.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)
    let isStream = parts.last == "stream" && parts.count != 3
    if isStream { parts.removeLast() }
    let topic: DashboardTopic
    if parts == ["board"] {
      topic = .board
    } else if parts.count == 3, parts[0] == "resources",
      let target = WebhookTarget(path: "/hooks/\(parts[1])/\(parts[2])")
    {
      topic = .resource(namespace: target.namespace, name: target.name)
    } else {
      return nil
    }
    return isStream ? .stream(topic) : .document(topic)
  }
}
