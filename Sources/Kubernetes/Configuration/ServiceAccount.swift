internal import HTTP

/// What Kubernetes mounts into a pod to let it talk to the API server.
struct ServiceAccount: Sendable {
  let directory: String

  static let standard = ServiceAccount(directory: "/var/run/secrets/kubernetes.io/serviceaccount")

  /// The configuration of this pod; nil outside of a pod or without a mounted token.
  ///
  /// - Throws: `KubernetesError` with code `configuration` if the mount is not complete.
  func configuration(environment: [String: String]) async throws(KubernetesError) -> KubernetesConfiguration? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty,
      await BoundedFile.isReadable(directory + "/token")
    else { return nil }
    let authority = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let certificates = directory + "/ca.crt"
    return KubernetesConfiguration(
      server: "https://\(authority)",
      tls: TLSSettings(certificateAuthority: try await BoundedFile.read(certificates)),
      certificateAuthorityFile: certificates,
      authentication: .tokenFile(directory + "/token"),
      namespace: try await namespace(),
      origin: "service account of the pod")
  }

  private func namespace() async throws(KubernetesError) -> String {
    let path = directory + "/namespace"
    guard await BoundedFile.isReadable(path) else { return "default" }
    let text = String(decoding: try await BoundedFile.read(path), as: UTF8.self)
    let name = text.filter { !$0.isWhitespace }
    return name.isEmpty ? "default" : name
  }
}
