package import Support

/// A Secret: bytes by key, which never show.
package struct Secret: KubernetesResource {
  package static let resource = ResourceKind(version: "v1", plural: "secrets", kind: "Secret")

  package var metadata: ObjectMetadata
  /// Secret bytes by key.
  package var data: [String: Redacted<[UInt8]>]
  /// The kind of Secret, such as `Opaque`.
  package var type: String?

  /// Makes a Secret.
  package init(metadata: ObjectMetadata, data: [String: Redacted<[UInt8]>] = [:], type: String? = nil) {
    self.metadata = metadata
    self.data = data
    self.type = type
  }

  /// The value of a key as text; nil if there is no such key or its bytes are not UTF-8.
  package func text(_ key: String) -> Redacted<String>? {
    guard let bytes = data[key], let text = String(validating: bytes.reveal(), as: UTF8.self) else { return nil }
    return Redacted(text)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    data =
      try container.decodeIfPresent([String: Base64Bytes].self, forKey: .data)?.mapValues { Redacted($0.bytes) } ?? [:]
    type = try container.decodeIfPresent(String.self, forKey: .type)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
    if !data.isEmpty { try container.encode(data.mapValues { Base64Bytes($0.reveal()) }, forKey: .data) }
    try container.encodeIfPresent(type, forKey: .type)
  }

  private enum CodingKeys: String, CodingKey { case metadata, data, type }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Name and keys, no values and no annotations.
  package var description: String { "Secret \(key) with the keys \(data.keys.sorted().joined(separator: ", "))" }
  /// The same as `description`.
  package var debugDescription: String { description }
  /// A mirror without children: annotations, too, have been seen to hold secrets.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
