extension MigrationsSpec {
  /// The artifact of a source object of Flux.
  package struct FluxSourceSpec: Codable, Sendable, Equatable {
    /// `GitRepository`, `OCIRepository` or `Bucket`.
    package var kind: String
    package var name: String
    /// The resource's own if absent.
    package var namespace: String?
    /// `source.toolkit.fluxcd.io/v1` or `v1beta2`; the newest that the cluster serves if absent.
    package var apiVersion: String?
    /// The directory in the artifact; the whole of it if absent.
    package var path: String?

    /// Names a source object.
    package init(
      kind: String, name: String, namespace: String? = nil, apiVersion: String? = nil, path: String? = nil
    ) {
      (self.kind, self.name, self.namespace, self.apiVersion, self.path) = (kind, name, namespace, apiVersion, path)
    }

    /// What of the schema's rules it breaks.
    var problems: [String] {
      var problems: [String] = []
      let at = "spec.migrations.fluxSource"
      if FluxKind(rawValue: kind) == nil {
        problems.append("\(at).kind: must be one of \(FluxKind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      if name.isEmpty || namespace?.isEmpty == true { problems.append("\(at): name and namespace must not be empty") }
      if let apiVersion, !FluxKind.versions.contains(where: { "\(FluxKind.group)/\($0)" == apiVersion }) {
        problems.append("\(at).apiVersion: must be \(FluxKind.group)/v1 or \(FluxKind.group)/v1beta2")
      }
      if let path, path.isEmpty || path.hasPrefix("/") || path.split(separator: "/").contains("..") {
        problems.append("\(at).path: must be relative and stay inside the artifact")
      }
      return problems
    }
  }
}
