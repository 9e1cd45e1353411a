internal import FoundationEssentials
internal import Kubernetes
internal import Support

/// Writes statuses by a JSON patch that replaces the whole status, and only those that differ from what is there.
///
/// No read-modify-write, so no conflict. Not by server-side apply: an API server of version 1.20 may hand a condition that
/// is no longer applied to the manager who made the object, and then it stays for ever. The patch tests the object's
/// uid, so that a status never lands on a later object of the same name.
final class StatusWriter: Sendable {
  private struct Written: Sendable {
    let uid: String
    let resourceVersion: String
    let status: CitusMigrationStatus
  }

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
  /// - Throws: `KubernetesError`; `notFound` where the object is gone, `invalid` where it was made anew.
  @discardableResult
  func write(_ status: CitusMigrationStatus, of object: CitusMigration) async throws(KubernetesError) -> Bool {
    guard status != current(object) else { return false }
    let operations: Data
    do {
      operations = try JSONEncoder().encode(
        [.test("/metadata/uid", object.metadata.uid ?? ""), .add("/status", status)] as [Operation])
    } catch {
      throw KubernetesError(code: .decoding, message: "the status of \(object.key) cannot be encoded: \(error)")
    }
    let stored: CitusMigration = try await client.patch(
      CitusMigration.self, name: object.metadata.name, namespace: object.metadata.namespace,
      patch: .json(Array(operations)), subresource: "status")
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

  // RFC 6902; `add` replaces what is there.
  private enum Operation: Encodable {
    case test(String, String)
    case add(String, CitusMigrationStatus)

    private enum CodingKeys: String, CodingKey {
      case operation = "op"
      case path, value
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .test(let path, let value):
        try container.encode("test", forKey: .operation)
        try container.encode(path, forKey: .path)
        try container.encode(value, forKey: .value)
      case .add(let path, let value):
        try container.encode("add", forKey: .operation)
        try container.encode(path, forKey: .path)
        try container.encode(value, forKey: .value)
      }
    }
  }
}
