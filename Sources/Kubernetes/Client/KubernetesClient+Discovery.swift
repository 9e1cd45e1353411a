extension KubernetesClient {
  /// Which versions of a group the server has: the one it prefers first; none where it does not have the group.
  ///
  /// - Throws: `KubernetesError`.
  package func servedVersions(group: String) async throws(KubernetesError) -> [String] {
    struct Group: Decodable {
      struct Version: Decodable { let version: String }
      let versions: [Version]
      let preferredVersion: Version?
    }
    let path = "/apis/\(ResourcePath.encoded(group))"
    let call = APICall("get group \(group)", path: path, totalTimeout: limits.requestTimeout)
    do throws(KubernetesError) {
      let bytes = try await body(call, limit: limits.objectBytes)
      let group = try ObjectCoding.decode(Group.self, from: bytes, call: call.name)
      let preferred = group.preferredVersion.map { [$0.version] } ?? []
      return preferred + group.versions.map(\.version).filter { !preferred.contains($0) }
    } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
  }

  /// The kinds that one version of a group has; none where the server does not have the version.
  ///
  /// - Throws: `KubernetesError`.
  package func servedKinds(group: String, version: String) async throws(KubernetesError) -> Set<String> {
    struct List: Decodable {
      struct Resource: Decodable { let kind: String }
      let resources: [Resource]
    }
    let path = "/apis/\(ResourcePath.encoded(group))/\(ResourcePath.encoded(version))"
    let call = APICall("get version \(group)/\(version)", path: path, totalTimeout: limits.requestTimeout)
    do throws(KubernetesError) {
      let bytes = try await body(call, limit: limits.objectBytes)
      return Set(try ObjectCoding.decode(List.self, from: bytes, call: call.name).resources.map(\.kind))
    } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
  }
}
