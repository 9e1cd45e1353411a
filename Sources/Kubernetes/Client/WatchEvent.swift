/// Something that happened in a watched collection.
package enum WatchEvent<Resource: KubernetesResource>: Sendable {
  /// An object appeared.
  case added(Resource)
  /// An object changed.
  case modified(Resource)
  /// An object went; this is its last state.
  case deleted(Resource)
  /// Nothing happened up to this version.
  case bookmark(resourceVersion: String)
  /// An object changed that is not what the type expects.
  case undecodable(UndecodableObject, isDeleted: Bool)

  /// The version that the collection has reached with this event, if it is known.
  package var resourceVersion: String? {
    switch self {
    case .added(let object), .modified(let object), .deleted(let object): object.metadata.resourceVersion
    case .bookmark(let version): version
    case .undecodable(let object, _): object.resourceVersion
    }
  }
}

/// One line of a watch.
struct WatchLine<Resource: KubernetesResource>: Decodable {
  enum Content {
    case event(WatchEvent<Resource>)
    case error(KubernetesStatus)
  }

  let content: Content

  private enum CodingKeys: String, CodingKey { case type, object }

  private struct Bookmark: Decodable {
    struct Metadata: Decodable { let resourceVersion: String }
    let metadata: Metadata
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func event(isDeleted: Bool, _ make: (Resource) -> WatchEvent<Resource>) throws -> Content {
      switch try container.decode(Lossy<Resource>.self, forKey: .object) {
      case .object(let object): .event(make(object))
      case .undecodable(let object): .event(.undecodable(object, isDeleted: isDeleted))
      }
    }
    switch try container.decode(String.self, forKey: .type) {
    case "ADDED": content = try event(isDeleted: false) { .added($0) }
    case "MODIFIED": content = try event(isDeleted: false) { .modified($0) }
    case "DELETED": content = try event(isDeleted: true) { .deleted($0) }
    case "BOOKMARK":
      let bookmark = try container.decode(Bookmark.self, forKey: .object)
      content = .event(.bookmark(resourceVersion: bookmark.metadata.resourceVersion))
    case "ERROR": content = .error(try container.decode(KubernetesStatus.self, forKey: .object))
    default: throw DecodingError.dataCorruptedError(forKey: .type, in: container, debugDescription: "unknown type")
    }
  }
}
