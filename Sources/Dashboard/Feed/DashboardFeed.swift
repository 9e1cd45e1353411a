package import Controller
internal import FoundationEssentials
package import Kubernetes
internal import Support

/// Follows the resources that an informer knows, and has the documents that the dashboard shows of them.
///
/// It asks neither the API server nor a database: what it tells is what the informer's store holds.
package final class DashboardFeed: Sendable {
  /// A document, and the id by which its reader asks for what comes after it.
  package struct Document: Sendable, Equatable {
    package let id: String
    package let json: [UInt8]
  }

  private let resources: Informer<CitusMigration>
  private let state: Guarded<FeedState>

  /// A feed of what the informer has and gets; nothing happens before `run`.
  package init(_ resources: Informer<CitusMigration>) {
    self.resources = resources
    state = Guarded(FeedState(epoch: String(UInt32.random(in: .min ... .max), radix: 36)))
  }

  /// Whether the resources are known, so that an empty board says that there are none.
  package var isReady: Bool { resources.hasSynced }

  /// Follows until the task is cancelled, and says when something has changed.
  package func run(onChange: @Sendable () -> Void) async {
    for await key in resources.changes() {
      let object = resources.store[key]
      if state.withLock({ $0.set(key, object) }) { onChange() }
    }
  }

  /// What has changed on the board since a document; all of it where none is named, nil if nothing has.
  package func board(since id: String?) -> Document? {
    state.withLock { $0.board(since: id) }.map { Document(id: $0.id, json: Self.encode($0)) }
  }

  /// The id of a resource's page as it is now; nil where there is no such resource.
  package func pageID(of key: ObjectKey) -> String? { state.withLock { $0.pageID(of: key) } }

  /// The page of a resource; nil where there is no such resource.
  package func page(of key: ObjectKey) -> Document? {
    let (id, chain) = state.withLock { ($0.pageID(of: key), $0.chain(of: key)) }
    guard let id, let object = resources.store[key] else { return nil }
    return Document(id: id, json: Self.encode(ResourcePage(object, id: id, chain: chain)))
  }

  private static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts, numbers and lists of them can always be encoded.
    return (try? encoder.encode(value)).map { [UInt8]($0) } ?? Array("{}".utf8)
  }
}
