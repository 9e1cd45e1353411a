package import Logging
internal import Support

/// Keeps a local copy of a collection up to date, and tells what changed.
///
/// A change may be told more than once, and changes in quick succession once: look at the store and act on what is
/// there. A deletion may be missed while there is no connection; it is then found by the next list.
package final class Informer<Resource: KubernetesResource>: Sendable {
  /// Which objects to follow.
  package struct Scope: Sendable, Hashable {
    /// The namespace, or nil for all of them.
    package var namespace: String?
    /// A label selector, or nil.
    package var labelSelector: String?
    /// A field selector, or nil.
    package var fieldSelector: String?

    /// Chooses objects.
    package init(namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil) {
      self.namespace = namespace
      self.labelSelector = labelSelector
      self.fieldSelector = fieldSelector
    }
  }

  private struct WeakFeed: Sendable {
    weak let feed: ChangeFeed?
  }

  /// The local copy.
  package let store = Store<Resource>()
  let client: KubernetesClient
  let scope: Scope
  let pageSize: Int
  let watchTimeout: Duration?
  let random: @Sendable () -> Double
  let logger: Logger
  private let synced = Latch()
  private let feeds = Guarded<[WeakFeed]>([])
  private let contact = Guarded<Duration?>(nil)

  /// Makes an informer, which does nothing before `run()`.
  ///
  /// - Parameters:
  ///   - pageSize: how many objects a page of the list holds.
  ///   - watchTimeout: after how long the server ends each watch; nil chooses between 5 and 10 minutes.
  ///   - random: a source of numbers from 0 up to 1, for jitter.
  package init(
    _ type: Resource.Type, client: KubernetesClient, scope: Scope = Scope(), pageSize: Int = 500,
    watchTimeout: Duration? = nil, logger: Logger, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.client = client
    self.scope = scope
    self.pageSize = pageSize
    self.watchTimeout = watchTimeout
    self.random = random
    var logger = logger
    logger[metadataKey: "kubernetes.resource"] = "\(Resource.resource.plural)"
    self.logger = logger
  }

  deinit {
    for feed in feeds.withLock({ $0 }) { feed.feed?.finish() }
  }

  /// Whether the store has been filled at least once.
  package var hasSynced: Bool { synced.isOpen }

  /// How long ago the server last sent a page of the list, accepted a watch, or sent an event or a bookmark; nil if it
  /// never did.
  ///
  /// It grows up to the time of a watch, some ten minutes, where nothing happens and the server sends no bookmarks.
  package var timeSinceContact: Duration? { contact.withLock { $0 }.map { client.time.now() - $0 } }

  /// Waits until the store has been filled once.
  ///
  /// - Throws: `KubernetesError` with code `cancelled` when the task is cancelled.
  package func waitUntilSynced() async throws(KubernetesError) {
    await synced.wait()
    guard synced.isOpen else {
      throw KubernetesError(code: .cancelled, message: "cancelled while waiting for \(Resource.resource.plural)")
    }
  }

  /// The keys of what changes from now on, preceded by the keys of what is there already.
  package func changes() -> ChangedKeys {
    let feed = ChangeFeed()
    feeds.withLock { $0.append(WeakFeed(feed: feed)) }
    feed.add(store.snapshot.keys)
    return ChangedKeys(feed: feed)
  }

  /// Follows the collection until the task is cancelled; failures are logged and retried with backoff.
  ///
  /// - Throws: `KubernetesError` with code `cancelled`, nothing else.
  package func run() async throws(KubernetesError) {
    var session = InformerSession(informer: self)
    try await session.run()
  }

  func noteContact() {
    contact.withLock { $0 = client.time.now() }
  }

  func replace(with objects: [Resource], undecodable: [UndecodableObject]) {
    let changed = store.replace(with: objects, undecodable: undecodable)
    synced.open()
    tell(changed)
  }

  func apply(_ event: WatchEvent<Resource>) {
    if let key = store.apply(event) { tell([key]) }
  }

  private func tell(_ keys: Set<ObjectKey>) {
    guard !keys.isEmpty else { return }
    let live = feeds.withLock { feeds in
      feeds.removeAll { $0.feed == nil }
      return feeds
    }
    for feed in live { feed.feed?.add(keys) }
  }
}
