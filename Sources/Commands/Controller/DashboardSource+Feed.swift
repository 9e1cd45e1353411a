internal import Dashboard
internal import Kubernetes
internal import Operations
internal import Support

extension DashboardSource {
  /// The dashboard of what a feed knows, for those that `permission` lets in.
  init(
    _ feed: DashboardFeed, permission: @escaping @Sendable (_ token: Redacted<String>?) async -> DashboardPermission
  ) {
    let files = DashboardAssets.files.map { file in
      (file.path, DashboardFile(contentType: file.contentType, bytes: file.bytes, tag: file.tag))
    }
    self.init(
      files: Dictionary(uniqueKeysWithValues: files), isReady: { feed.isReady }, permission: permission,
      news: { topic, since in Self.news(feed, topic, since) }, follow: { await feed.run(onChange: $0) })
  }

  private static func news(_ feed: DashboardFeed, _ topic: DashboardTopic, _ since: String?) -> DashboardNews {
    switch topic {
    case .board:
      return feed.board(since: since).map { .document(id: $0.id, json: $0.json) } ?? .unchanged
    case .resource(let namespace, let name):
      let key = ObjectKey(namespace: namespace, name: name)
      guard let id = feed.pageID(of: key) else { return .missing }
      guard id != since else { return .unchanged }
      return feed.page(of: key).map { .document(id: $0.id, json: $0.json) } ?? .missing
    }
  }
}
