package import Support

/// What a reader of the dashboard asks for.
package enum DashboardTopic: Sendable, Hashable {
  /// All resources.
  case board
  /// The page of one.
  case resource(namespace: String, name: String)
}

/// What there is to tell about a topic.
package enum DashboardNews: Sendable, Equatable {
  /// Nothing that the reader was not told.
  case unchanged
  /// A document, and the id by which its reader asks for what comes after it.
  case document(id: String, json: [UInt8])
  /// There is no such resource.
  case missing
}

/// Whether a caller may see the dashboard.
package enum DashboardPermission: Sendable, Equatable {
  case granted
  /// Who it is has not been proven, and why not.
  case unauthenticated(String)
  /// It is known who it is, and that they may not; what to do about it.
  case forbidden(String)
  /// It cannot be told now.
  case unavailable(String)
}

/// A file of the dashboard.
package struct DashboardFile: Sendable {
  let contentType: String
  let bytes: [UInt8]
  /// Changes with the content.
  let tag: String

  /// A file.
  ///
  /// - Parameter tag: what changes with the content, in quotes.
  package init(contentType: String, bytes: [UInt8], tag: String) {
    (self.contentType, self.bytes, self.tag) = (contentType, bytes, tag)
  }
}

/// What the dashboard asks of the process; none of the closures may block.
package struct DashboardSource: Sendable {
  let files: [String: DashboardFile]
  let isReady: @Sendable () -> Bool
  let permission: @Sendable (_ token: Redacted<String>?) async -> DashboardPermission
  let news: @Sendable (_ topic: DashboardTopic, _ since: String?) -> DashboardNews
  let follow: @Sendable (_ onChange: @Sendable () -> Void) async -> Void

  /// Puts the questions together.
  ///
  /// - Parameters:
  ///   - files: by path, `/` among them; served to everybody.
  ///   - isReady: whether the resources are known.
  ///   - permission: whether somebody with this bearer token, or with none, may see resources.
  ///   - news: what there is to tell about a topic to somebody who was told a document last.
  ///   - follow: runs until the task is cancelled, and says when there may be news.
  package init(
    files: [String: DashboardFile], isReady: @escaping @Sendable () -> Bool,
    permission: @escaping @Sendable (_ token: Redacted<String>?) async -> DashboardPermission,
    news: @escaping @Sendable (_ topic: DashboardTopic, _ since: String?) -> DashboardNews,
    follow: @escaping @Sendable (_ onChange: @Sendable () -> Void) async -> Void
  ) {
    self.files = files
    self.isReady = isReady
    self.permission = permission
    self.news = news
    self.follow = follow
  }
}
