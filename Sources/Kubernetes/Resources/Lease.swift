/// A Lease: who holds a lock, and since when.
package struct Lease: KubernetesResource, Hashable {
  package static let resource = ResourceKind(
    group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

  package var metadata: ObjectMetadata
  /// Holder and times.
  package var spec: Spec

  /// The content of a Lease; times are MicroTime texts (`2026-01-02T03:04:05.000006Z`).
  package struct Spec: Sendable, Hashable, Codable {
    /// Who holds it; empty or nil when nobody does.
    package var holderIdentity: String?
    /// How long others wait after the last renewal that they saw, in seconds.
    package var leaseDurationSeconds: Int32?
    /// When the holder took it.
    package var acquireTime: String?
    /// When the holder last renewed it.
    package var renewTime: String?
    /// How often the holder has changed.
    package var leaseTransitions: Int32?

    /// Makes the content.
    package init(
      holderIdentity: String? = nil, leaseDurationSeconds: Int32? = nil, acquireTime: String? = nil,
      renewTime: String? = nil, leaseTransitions: Int32? = nil
    ) {
      self.holderIdentity = holderIdentity
      self.leaseDurationSeconds = leaseDurationSeconds
      self.acquireTime = acquireTime
      self.renewTime = renewTime
      self.leaseTransitions = leaseTransitions
    }
  }

  /// Makes a Lease.
  package init(metadata: ObjectMetadata, spec: Spec = Spec()) {
    self.metadata = metadata
    self.spec = spec
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    spec = try container.decodeIfPresent(Spec.self, forKey: .spec) ?? Spec()
  }
}
