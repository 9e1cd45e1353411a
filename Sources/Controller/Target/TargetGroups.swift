internal import Kubernetes
internal import Support

/// To which target each resource goes, as of its last look: the groups of the work queue's limit.
final class TargetGroups: Sendable {
  private let targets = Guarded<[ObjectKey: String]>([:])

  /// The target of a resource, `host:port/database`; nil before its first look.
  subscript(key: ObjectKey) -> String? {
    get { targets.withLock { $0[key] } }
    set { targets.withLock { $0[key] = newValue } }
  }
}
