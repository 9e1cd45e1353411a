/// A page of objects.
package struct ResourceList<Resource: KubernetesResource>: Sendable {
  /// The version of the collection, from which a watch can go on.
  package var resourceVersion: String
  /// The token for the next page; nil on the last one.
  package var continueToken: String?
  /// The objects.
  package var items: [Resource]
  /// Objects that are there but are not what the type expects.
  package var undecodable: [UndecodableObject]
}

/// An object that could not be decoded.
package struct UndecodableObject: Sendable, Hashable {
  /// Its namespace and name.
  package let key: ObjectKey
  /// Its version, or nil.
  package let resourceVersion: String?
  /// What is wrong with it, without values.
  package let message: String
}

extension ResourceList: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let metadata = try container.decode(ListMetadata.self, forKey: .metadata)
    resourceVersion = metadata.resourceVersion ?? ""
    continueToken = metadata.continueToken.flatMap { $0.isEmpty ? nil : $0 }
    items = []
    undecodable = []
    for element in try container.decodeIfPresent([Lossy<Resource>].self, forKey: .items) ?? [] {
      switch element {
      case .object(let object): items.append(object)
      case .undecodable(let object): undecodable.append(object)
      }
    }
  }

  private enum CodingKeys: String, CodingKey { case metadata, items }

  private struct ListMetadata: Decodable {
    let resourceVersion: String?
    let continueToken: String?

    enum CodingKeys: String, CodingKey {
      case resourceVersion
      case continueToken = "continue"
    }
  }
}

/// An object, or what is wrong with it: one bad object must not hide all others.
enum Lossy<Resource: KubernetesResource>: Decodable, Sendable {
  case object(Resource)
  case undecodable(UndecodableObject)

  private enum CodingKeys: String, CodingKey { case metadata }

  init(from decoder: any Decoder) throws {
    do {
      self = .object(try Resource(from: decoder))
    } catch {
      // Without metadata there is nothing to name the object by: then the whole answer is not readable.
      let metadata = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
      self = .undecodable(
        UndecodableObject(
          key: ObjectKey(namespace: metadata.namespace, name: metadata.name),
          resourceVersion: metadata.resourceVersion, message: ObjectCoding.describe(error)))
    }
  }
}
