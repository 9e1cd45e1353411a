internal import Support

/// The objects of a collection as last seen.
///
/// Readers get values: what they hold does not change under them.
package final class Store<Resource: KubernetesResource>: Sendable {
  private struct State: Sendable {
    var objects: [ObjectKey: Resource] = [:]
    var undecodable: [ObjectKey: UndecodableObject] = [:]
  }

  private let state = Guarded(State())

  init() {}

  /// All objects.
  package var snapshot: [ObjectKey: Resource] { state.withLock { $0.objects } }

  /// Objects that exist but could not be decoded; they are not in `snapshot`.
  package var undecodable: [ObjectKey: UndecodableObject] { state.withLock { $0.undecodable } }

  /// How many objects there are.
  package var count: Int { state.withLock { $0.objects.count } }

  /// One object; nil if it is not there.
  package subscript(key: ObjectKey) -> Resource? { state.withLock { $0.objects[key] } }

  /// Replaces everything and tells which objects came, changed or went.
  func replace(with objects: [Resource], undecodable: [UndecodableObject]) -> Set<ObjectKey> {
    let fresh = Dictionary(objects.map { ($0.key, $0) }) { _, last in last }
    let broken = Dictionary(undecodable.map { ($0.key, $0) }) { _, last in last }
    return state.withLock { state in
      var changed = Set(state.objects.keys).union(state.undecodable.keys).subtracting(fresh.keys)
      changed.formUnion(broken.keys)
      for (key, object) in fresh where !Self.isSame(state.objects[key], object) { changed.insert(key) }
      state = State(objects: fresh, undecodable: broken)
      return changed
    }
  }

  /// Takes an event in and tells which object it is about; nil for a bookmark.
  func apply(_ event: WatchEvent<Resource>) -> ObjectKey? {
    state.withLock { state in
      switch event {
      case .added(let object), .modified(let object):
        state.objects[object.key] = object
        state.undecodable[object.key] = nil
        return object.key
      case .deleted(let object):
        state.objects[object.key] = nil
        state.undecodable[object.key] = nil
        return object.key
      case .undecodable(let object, let isDeleted):
        state.objects[object.key] = nil
        state.undecodable[object.key] = isDeleted ? nil : object
        return object.key
      case .bookmark: return nil
      }
    }
  }

  private static func isSame(_ old: Resource?, _ new: Resource) -> Bool {
    guard let old, let version = new.metadata.resourceVersion else { return false }
    return old.metadata.resourceVersion == version && old.metadata.uid == new.metadata.uid
  }
}
