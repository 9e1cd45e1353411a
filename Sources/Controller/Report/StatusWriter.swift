internal import FoundationEssentials
internal import Kubernetes
internal import Support

/// Writes statuses by a JSON patch that replaces the whole status, and only those that differ from what is there.
///
/// No read-modify-write, so no conflict. Not by server-side apply: an API server of version 1.20 may hand a condition that
/// is no longer applied to the manager who made the object, and then it stays for ever. The patch tests the object's
/// uid, so that a status never lands on a later object of the same name, and the epoch of the status that it replaces,
/// so that a leader that was replaced never overwrites a report of the next (`StatusFence`).
final class StatusWriter: Sendable {
  /// What became of a status.
  enum Outcome: Sendable, Equatable {
    case written
    /// It is there already.
    case unchanged
    /// A later leader has reported on this object: this process is not the leader any more.
    case superseded(by: Int64)
  }

  private struct Written: Sendable {
    let uid: String
    let resourceVersion: String
    let status: CitusMigrationStatus

    /// Whether the object at hand has it already, or something later, or is another one of the name.
    func isSuperseded(by object: CitusMigration) -> Bool {
      uid != object.metadata.uid || StatusWriter.isNewer(object.metadata.resourceVersion, than: resourceVersion)
    }
  }

  private let client: KubernetesClient
  private let fence: StatusFence
  private let pruned: PrunedFields?
  private let written = Guarded<[ObjectKey: Written]>([:])

  /// A writer for one API server, in a leader's term; without an epoch nothing is fenced.
  init(client: KubernetesClient, epoch: Int64? = nil, pruned: PrunedFields? = nil) {
    self.client = client
    self.pruned = pruned
    fence = StatusFence(epoch: epoch)
  }

  /// The status that an object has now: the one written last, as long as the object at hand is older than that write.
  func current(_ object: CitusMigration) -> CitusMigrationStatus? {
    guard let last = written.withLock({ $0[object.key] }), !last.isSuperseded(by: object) else { return object.status }
    return last.status
  }

  /// Writes a status unless it is there already, or a later leader has reported.
  /// - Throws: `KubernetesError`; `notFound` where the object is gone, `conflict` where it was made anew.
  @discardableResult
  func write(_ status: CitusMigrationStatus, of object: CitusMigration) async throws(KubernetesError) -> Outcome {
    let before = current(object)
    guard status != before else { return .unchanged }
    var decision = fence.decide(seen: before?.leaderEpoch)
    for _ in 1..<Self.attempts {
      guard case .write(let tested) = decision else { return Self.outcome(decision) }
      do throws(KubernetesError) {
        try await patch(status, of: object, testing: tested)
        return .written
      } catch {
        // The server itself repeats a patch that others overtake; should it ever give up, it is sent again.
        if error.code == .conflict { continue }
        guard error.code == .invalid else { throw error }
        // What the tests of the patch did not find as expected: the object itself tells which.
        let found = try await client.get(
          CitusMigration.self, name: object.metadata.name, namespace: object.metadata.namespace)
        guard found.metadata.uid == object.metadata.uid else {
          throw KubernetesError(
            code: .conflict, message: "\(object.key) was deleted and made anew: no status of the old one")
        }
        decision = fence.decide(found: found.status?.leaderEpoch, afterTesting: tested)
        guard decision != .fail else { throw error }
      }
    }
    throw KubernetesError(
      code: .server, message: "the status of \(object.key) changes faster than it can be written", isTransient: true)
  }

  // An epoch there that was not known is met once, at most, unless leaders change while this is going on.
  private static let attempts = 4

  /// Forgets an object that is gone.
  func forget(_ key: ObjectKey) {
    written.withLock { $0[key] = nil }
  }

  /// Forgets what was written once the object at hand shows it: of thousands, a second copy of each would be kept.
  ///
  /// Not while a look goes on that began with an older one.
  func release(_ object: CitusMigration) {
    written.withLock { written in
      if written[object.key]?.isSuperseded(by: object) == true { written[object.key] = nil }
    }
  }

  private static func outcome(_ decision: StatusFence.Decision) -> Outcome {
    if case .superseded(let epoch) = decision { .superseded(by: epoch) } else { .unchanged }
  }

  private func patch(
    _ status: CitusMigrationStatus, of object: CitusMigration, testing epoch: Int64?
  ) async throws(KubernetesError) {
    var operations: [Operation] = [.testUID(object.metadata.uid ?? "")]
    if fence.epoch != nil { operations.append(.testEpoch(epoch)) }
    operations.append(.addStatus(status))
    let json: Data
    do {
      json = try JSONEncoder().encode(operations)
    } catch {
      throw KubernetesError(code: .decoding, message: "the status of \(object.key) cannot be encoded: \(error)")
    }
    let stored: CitusMigration = try await client.patch(
      CitusMigration.self, name: object.metadata.name, namespace: object.metadata.namespace,
      patch: .json(Array(json)), subresource: "status")
    pruned?.compare(status, stored: stored.status)
    let entry = Written(
      uid: object.metadata.uid ?? "", resourceVersion: stored.metadata.resourceVersion ?? "", status: status)
    written.withLock { $0[object.key] = entry }
  }

  // Resource versions of one server are numbers that grow; any that are not count as newer.
  private static func isNewer(_ version: String?, than other: String) -> Bool {
    guard let version, let left = UInt64(version), let right = UInt64(other) else { return true }
    return left >= right
  }

  // RFC 6902; `add` replaces what is there.
  private enum Operation: Encodable {
    case testUID(String)
    // A member that is absent equals null: evanphx/json-patch, which the API server uses, and which RFC 6902 leaves open.
    case testEpoch(Int64?)
    case addStatus(CitusMigrationStatus)

    private enum CodingKeys: String, CodingKey {
      case operation = "op"
      case path, value
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .testUID(let uid):
        try container.encode("test", forKey: .operation)
        try container.encode("/metadata/uid", forKey: .path)
        try container.encode(uid, forKey: .value)
      case .testEpoch(let epoch):
        try container.encode("test", forKey: .operation)
        try container.encode("/status/leaderEpoch", forKey: .path)
        try container.encode(epoch, forKey: .value)
      case .addStatus(let status):
        try container.encode("add", forKey: .operation)
        try container.encode("/status", forKey: .path)
        try container.encode(status, forKey: .value)
      }
    }
  }
}
