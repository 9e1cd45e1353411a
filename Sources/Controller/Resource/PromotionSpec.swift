/// `spec.promotion`: what must be so before a migration starts.
package struct PromotionSpec: Codable, Sendable, Equatable {
  package var after: [UpstreamSpec]?
  package var soak: String?
  /// `Automatic` (default) or `Manual`.
  package var approval: String?
  package var windows: [WindowSpec]?
  package var freeze: FreezeSpec?
  package var reportReady: Bool?

  /// What has the migrations before this resource: another resource, or a history table; not both.
  package struct UpstreamSpec: Codable, Sendable, Equatable {
    package var name: String?
    /// The resource's own if absent.
    package var namespace: String?
    /// Of the cluster that the resource is in, if that is another one.
    package var kubeConfig: SecretValueSpec?
    package var history: HistorySpec?
  }

  /// A key of a Secret in the resource's own namespace.
  package struct SecretValueSpec: Codable, Sendable, Equatable {
    package var secretKeyRef: ValueSpec.SecretKeySpec
  }

  /// A history table that is only read.
  package struct HistorySpec: Codable, Sendable, Equatable {
    package var uri: SecretValueSpec
    package var tls: ClusterSpec.TLSSpec?
    package var schema: String?
    package var table: String?
  }

  /// When migrations may start.
  package struct WindowSpec: Codable, Sendable, Equatable {
    package var name: String?
    package var schedule: String
    package var duration: String
    package var timeZone: String?
  }

  /// Nothing starts as long as it is there.
  package struct FreezeSpec: Codable, Sendable, Equatable {
    package var reason: String
    package var until: String?
  }

  /// Every Secret that it refers to, in the resource's own namespace, with the path for messages.
  package var secrets: [(path: String, reference: ValueSpec.SecretKeySpec)] {
    (after ?? []).enumerated().flatMap { index, upstream in
      let path = "spec.promotion.after[\(index)]"
      let tls = upstream.history?.tls
      let fields: [(String, ValueSpec.SecretKeySpec?)] = [
        ("kubeConfig", upstream.kubeConfig?.secretKeyRef), ("history.uri", upstream.history?.uri.secretKeyRef),
        ("history.tls.ca", tls?.ca?.secretKeyRef), ("history.tls.certificate", tls?.certificate?.secretKeyRef),
        ("history.tls.key", tls?.key?.secretKeyRef),
      ]
      return fields.compactMap { name, reference in reference.map { ("\(path).\(name)", $0) } }
    }
  }
}
