internal import FoundationEssentials

/// A change to an object, computed by the server.
package struct Patch: Sendable {
  let contentType: String
  let body: [UInt8]
  let fieldManager: String?
  let force: Bool?

  /// Merges JSON into the object (RFC 7386): null removes, lists are replaced whole.
  package static func merge(_ json: [UInt8]) -> Patch {
    Patch(contentType: "application/merge-patch+json", body: json, fieldManager: nil, force: nil)
  }

  /// JSON patch operations (RFC 6902), such as `test` and `add`.
  package static func json(_ operations: [UInt8]) -> Patch {
    Patch(contentType: "application/json-patch+json", body: operations, fieldManager: nil, force: nil)
  }

  /// Server-side apply of JSON that holds apiVersion, kind, name, and the whole set of fields that the manager owns.
  ///
  /// - Parameter force: whether fields that others own are taken over; without it such fields are a conflict.
  package static func apply(_ json: [UInt8], fieldManager: String, force: Bool) -> Patch {
    Patch(contentType: "application/apply-patch+yaml", body: json, fieldManager: fieldManager, force: force)
  }

  /// Server-side apply of an object; its `resourceVersion`, if set, makes the server compare.
  ///
  /// - Throws: `KubernetesError` with code `decoding` if it cannot be encoded.
  package static func apply<Resource: KubernetesResource>(
    _ object: Resource, fieldManager: String, force: Bool
  ) throws(KubernetesError) -> Patch {
    .apply(try ObjectCoding.encode(OutgoingObject(object: object)), fieldManager: fieldManager, force: force)
  }
}
