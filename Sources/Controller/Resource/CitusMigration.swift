package import Kubernetes

/// The custom resource: a directory of migrations and the Citus cluster that it is applied to.
///
/// Group `whimbrel.dev`, version `v1alpha1`; the schema is `manifests/crd/citusmigrations.yaml`.
package struct CitusMigration: KubernetesResource {
  /// Group, version and names of the kind.
  package static let resource = ResourceKind(
    group: "whimbrel.dev", version: "v1alpha1", plural: "citusmigrations", kind: "CitusMigration", isNamespaced: true)

  package var metadata: ObjectMetadata
  /// What the user declares; nil when it could not be decoded, and then `specProblem` says why.
  package var spec: CitusMigrationSpec? {
    get { boxedSpec?.value }
    set { boxedSpec = newValue.map(Boxed.init) }
  }
  /// Why the spec could not be decoded; a schema older than this controller may let such an object in.
  package var specProblem: String?
  /// Fields of the spec that this version does not know, by path; a schema newer than this controller lets them in.
  package var unknownFields: [String] = []
  /// What the controller reported last; nil on a fresh object and when it cannot be decoded.
  package var status: CitusMigrationStatus? {
    get { boxedStatus?.value }
    set { boxedStatus = newValue.map(Boxed.init) }
  }

  private var boxedSpec: Boxed<CitusMigrationSpec>?
  private var boxedStatus: Boxed<CitusMigrationStatus>?

  /// Makes a resource, for tests and for the command line.
  package init(metadata: ObjectMetadata, spec: CitusMigrationSpec, status: CitusMigrationStatus? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  private enum CodingKeys: String, CodingKey {
    case metadata, spec, status
  }

  private struct Fence: Decodable {
    let leaderEpoch: Int64?
  }

  /// Decodes the object; a spec or status of a wrong shape is kept as a problem and never fails the whole list.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    do {
      let spec = try container.decode(CitusMigrationSpec.self, forKey: .spec)
      self.spec = spec
      unknownFields = UnknownFields.of(spec, asSent: try container.decode(FieldPaths.self, forKey: .spec))
    } catch {
      specProblem = Self.describe(error)
    }
    do {
      status = try container.decodeIfPresent(CitusMigrationStatus.self, forKey: .status)
    } catch {
      // A status of another shape was written by another version: the next report replaces it. Only what fences that
      // report must be known.
      let fence = try? container.decode(Fence.self, forKey: .status)
      status = fence?.leaderEpoch.map { epoch in
        var status = CitusMigrationStatus()
        status.leaderEpoch = epoch
        return status
      }
    }
  }

  /// Encodes metadata, spec and status; the problem is not part of the object.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
    try container.encodeIfPresent(spec, forKey: .spec)
    try container.encodeIfPresent(status, forKey: .status)
  }

  private static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "spec cannot be read" }
    let (context, what): (DecodingError.Context, String) =
      switch error {
      case .typeMismatch(let type, let context): (context, "expected \(type)")
      case .valueNotFound(let type, let context): (context, "expected \(type), found null")
      case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
      case .dataCorrupted(let context): (context, "the value is not valid")
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "the value is not valid")
      }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return "\(path): \(what)"
  }
}

/// A value of a hundred fields that is kept by the thousand and handed on by reference: a dictionary has room for more
/// values than it holds, and to copy one would be to retain each of its fields.
private final class Boxed<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
