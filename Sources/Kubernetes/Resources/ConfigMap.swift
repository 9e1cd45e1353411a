/// A ConfigMap: texts and bytes by key.
package struct ConfigMap: KubernetesResource {
  package static let resource = ResourceKind(version: "v1", plural: "configmaps", kind: "ConfigMap")

  package var metadata: ObjectMetadata
  /// Texts by key.
  package var data: [String: String]
  /// Bytes by key; no key is in `data` as well.
  package var binaryData: [String: [UInt8]]
  /// Whether the content may never change.
  package var isImmutable: Bool?

  /// Makes a ConfigMap.
  package init(
    metadata: ObjectMetadata, data: [String: String] = [:], binaryData: [String: [UInt8]] = [:],
    isImmutable: Bool? = nil
  ) {
    self.metadata = metadata
    self.data = data
    self.binaryData = binaryData
    self.isImmutable = isImmutable
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    data = try container.decodeIfPresent([String: String].self, forKey: .data) ?? [:]
    binaryData =
      try container.decodeIfPresent([String: Base64Bytes].self, forKey: .binaryData)?.mapValues(\.bytes) ?? [:]
    isImmutable = try container.decodeIfPresent(Bool.self, forKey: .isImmutable)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
    if !data.isEmpty { try container.encode(data, forKey: .data) }
    if !binaryData.isEmpty { try container.encode(binaryData.mapValues { Base64Bytes($0) }, forKey: .binaryData) }
    try container.encodeIfPresent(isImmutable, forKey: .isImmutable)
  }

  private enum CodingKeys: String, CodingKey {
    case metadata, data, binaryData
    case isImmutable = "immutable"
  }
}
