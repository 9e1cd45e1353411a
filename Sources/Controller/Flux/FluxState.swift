internal import Kubernetes
package import MigrationSources

/// What counts of a source object of Flux: whether it is ready, and its artifact.
///
/// The fields are those that all kinds share (`GitRepository`, `OCIRepository`, `Bucket` of `source.toolkit.fluxcd.io/v1`
/// and `v1beta2`); everything else is left unread.
package struct FluxState: Sendable, Equatable, Decodable {
  /// `status.artifact`.
  struct Stored: Sendable, Equatable, Decodable {
    var url: String?
    var revision: String?
    var digest: String?
  }

  struct Condition: Sendable, Equatable, Decodable {
    var type: String
    var status: String
    var reason: String?
    var message: String?
  }

  private struct Status: Decodable {
    var observedGeneration: Int64?
    var conditions: [Condition]?
    var artifact: Stored?
  }

  private struct Metadata: Decodable {
    var generation: Int64?
    var deletionTimestamp: String?
  }

  private enum CodingKeys: CodingKey { case metadata, status }

  var generation: Int64?
  var observedGeneration: Int64?
  var isDeleting = false
  var ready: Condition?
  var artifact: Stored?

  init() {}

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let metadata = try container.decode(Metadata.self, forKey: .metadata)
    // A status of another shape counts as none: it is waited for.
    let status = try? container.decodeIfPresent(Status.self, forKey: .status)
    generation = metadata.generation
    isDeleting = metadata.deletionTimestamp != nil
    observedGeneration = status?.observedGeneration
    ready = status?.conditions?.first { $0.type == "Ready" }
    artifact = status?.artifact
  }

  /// The artifact, once there is one to go by.
  /// - Throws: `unavailable` while Flux has none for the object as it is, `invalid` for one that cannot be verified.
  package func artifact(of key: FluxKey) throws(SourceError) -> Artifact {
    let label = "\(key.kind.rawValue) '\(key.object.name)'"
    func waiting(_ what: String) -> SourceError { SourceError(.unavailable, "\(label) \(what)") }
    guard !isDeleting else { throw waiting("is being deleted") }
    if let generation, generation != observedGeneration {
      throw waiting("has changed, and Flux has not looked at it since; is its source-controller running?")
    }
    guard let ready else { throw waiting("has no condition Ready yet: Flux has not looked at it") }
    guard ready.status == "True" else {
      let reason = ready.reason.map { " (\($0.cut(100)))" } ?? ""
      throw waiting("is not Ready\(reason): \((ready.message ?? "").cut(500))")
    }
    guard let artifact, let url = artifact.url, !url.isEmpty else { throw waiting("has no artifact yet") }
    guard let digest = artifact.digest, Self.isDigest(digest) else {
      throw SourceError(
        .invalid,
        "\(label) has an artifact without a SHA-256 digest, so that it cannot be verified; use a Flux that writes "
          + "status.artifact.digest (0.35 and newer), with --artifact-digest-algo=sha256")
    }
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw SourceError(.invalid, "\(label) has an artifact whose URL is neither http nor https")
    }
    let revision = Self.short(artifact.revision ?? "")
    let origin = "\(key.kind.rawValue.lowercased())/\(key.object.name)" + (revision.isEmpty ? "" : "@\(revision)")
    return Artifact(label: label, origin: origin, url: url, digest: digest)
  }

  private static func isDigest(_ text: String) -> Bool {
    guard text.hasPrefix("sha256:") else { return false }
    let digits = text.utf8.dropFirst(7)
    return digits.count == 64 && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// A revision as Flux writes it (`main@sha1:0123…`), with the digest cut to the twelve digits that people know.
  static func short(_ revision: String) -> String {
    guard let colon = revision.lastIndex(of: ":") else { return revision.cut(128) }
    let digest = revision[revision.index(after: colon)...]
    guard digest.utf8.count >= 40, digest.allSatisfy(\.isHexDigit) else { return revision.cut(128) }
    return "\(revision[...colon])\(digest.prefix(12))".cut(128)
  }
}
