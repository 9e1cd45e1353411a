internal import FoundationEssentials
internal import Kubernetes
internal import Support

/// Writes statuses by server-side apply, and only those that differ from what is there.
///
/// Always the whole status, with an own field manager and force, never read-modify-write: a writer elsewhere is not
/// overwritten in its own fields and causes no conflict. Objects and lists in a status never go once they are there, they
/// get empty: an API server of version 1.20 leaves null behind for an object that is no longer applied, and then refuses
/// it. The object's uid goes along, so that a status never lands on a
/// later object of the same name.
final class StatusWriter: Sendable {
  private struct Written: Sendable {
    let uid: String
    let resourceVersion: String
    let status: CitusMigrationStatus
  }

  private static let fieldManager = "whimbrel"

  private let client: KubernetesClient
  private let written = Guarded<[ObjectKey: Written]>([:])

  /// A writer for one API server.
  init(client: KubernetesClient) {
    self.client = client
  }

  /// The status that an object has now: the one written last, as long as the object at hand is older than that write.
  func current(_ object: CitusMigration) -> CitusMigrationStatus? {
    guard let last = written.withLock({ $0[object.key] }), last.uid == object.metadata.uid else { return object.status }
    return Self.isNewer(object.metadata.resourceVersion, than: last.resourceVersion) ? object.status : last.status
  }

  /// Writes a status unless it is there already; returns whether something was written.
  /// - Throws: `KubernetesError`; `notFound` and `conflict` where the object is gone or was made anew.
  @discardableResult
  func write(_ status: CitusMigrationStatus, of object: CitusMigration) async throws(KubernetesError) -> Bool {
    guard status != current(object) else { return false }
    let body: Data
    do {
      let encoder = JSONEncoder()
      // The server reads an apply as YAML, in which `\/` is no escape.
      encoder.outputFormatting = .withoutEscapingSlashes
      body = try encoder.encode(
        Application(
          metadata: .init(
            name: object.metadata.name, namespace: object.metadata.namespace, uid: object.metadata.uid), status: status)
      )
    } catch {
      throw KubernetesError(code: .decoding, message: "the status of \(object.key) cannot be encoded: \(error)")
    }
    let stored: CitusMigration = try await client.patch(
      CitusMigration.self, name: object.metadata.name, namespace: object.metadata.namespace,
      patch: .apply(Array(body), fieldManager: Self.fieldManager, force: true), subresource: "status")
    let entry = Written(
      uid: object.metadata.uid ?? "", resourceVersion: stored.metadata.resourceVersion ?? "", status: status)
    written.withLock { $0[object.key] = entry }
    return true
  }

  /// Forgets an object that is gone.
  func forget(_ key: ObjectKey) {
    written.withLock { $0[key] = nil }
  }

  // Resource versions of one server are numbers that grow; any that are not count as newer.
  private static func isNewer(_ version: String?, than other: String) -> Bool {
    guard let version, let left = UInt64(version), let right = UInt64(other) else { return true }
    return left >= right
  }

  private struct Application: Encodable {
    struct Metadata: Encodable {
      let name: String
      let namespace: String?
      let uid: String?
    }

    let apiVersion = CitusMigration.resource.apiVersion
    let kind = CitusMigration.resource.kind
    let metadata: Metadata
    let status: CitusMigrationStatus
  }
}
