internal import FoundationEssentials
internal import HTTP
internal import Support

/// Turns merged kubeconfigs into the configuration of one context.
///
/// Of several files, the first that sets an entry of a name, or the current context, wins (kubectl's rule).
struct KubeconfigResolution {
  let files: [KubeconfigFile]

  func configuration(context wanted: String?) async throws(KubernetesError) -> KubernetesConfiguration {
    let name = try contextName(wanted)
    let context = try find("context", name) { $0.contexts }.entry
    let (clusterFile, cluster) = try find("cluster", context.cluster) { $0.clusters }
    var configuration = KubernetesConfiguration(server: try server(cluster, context.cluster, clusterFile))
    configuration.origin = "kubeconfig \(files.map(\.path).joined(separator: ":")), context \(name)"
    configuration.namespace = context.namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default"
    configuration.proxy = cluster.proxyURL.flatMap { $0.isEmpty ? nil : $0 }
    try await trust(cluster, context.cluster, clusterFile, &configuration)
    if let userName = context.user, !userName.isEmpty {
      let (userFile, user) = try find("user", userName) { $0.users }
      try refuseUnsupported(user, userName, userFile)
      try await identify(user, userName, userFile, &configuration)
    }
    return configuration
  }

  private func contextName(_ wanted: String?) throws(KubernetesError) -> String {
    if let wanted, !wanted.isEmpty { return wanted }
    for file in files {
      if let current = file.content.currentContext, !current.isEmpty { return current }
    }
    let known = files.flatMap { $0.content.contexts.map(\.name) }
    throw error("no current-context is set; name one by --context (there are: \(known.joined(separator: ", ")))")
  }

  private func find<Content>(
    _ noun: String, _ name: String, in list: (Kubeconfig) -> [Kubeconfig.Named<Content>]
  ) throws(KubernetesError) -> (file: KubeconfigFile, entry: Content) {
    for file in files {
      if let found = list(file.content).first(where: { $0.name == name }) { return (file, found.content) }
    }
    let known = files.flatMap { list($0.content).map(\.name) }
    throw error("there is no \(noun) '\(name)' (there are: \(known.joined(separator: ", ")))")
  }

  // MARK: Cluster

  private func server(
    _ cluster: Kubeconfig.Cluster, _ name: String, _ file: KubeconfigFile
  ) throws(KubernetesError) -> String {
    var server = cluster.server ?? ""
    while server.hasSuffix("/") { server.removeLast() }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw error("cluster '\(name)': server must be an http or https URL", file)
    }
    return server
  }

  private func trust(
    _ cluster: Kubeconfig.Cluster, _ name: String, _ file: KubeconfigFile,
    _ configuration: inout KubernetesConfiguration
  ) async throws(KubernetesError) {
    configuration.tls.serverName = cluster.tlsServerName.flatMap { $0.isEmpty ? nil : $0 }
    let field = "cluster '\(name)': certificate-authority"
    configuration.tls.certificateAuthority = try await content(
      data: cluster.certificateAuthorityData, path: cluster.certificateAuthority, field: field, file)
    guard cluster.insecureSkipTLSVerify == true else { return }
    guard configuration.tls.certificateAuthority == nil else {
      throw error("cluster '\(name)': certificate-authority and insecure-skip-tls-verify exclude each other", file)
    }
    configuration.tls.verify = false
    configuration.warnings.append(
      "cluster '\(name)' of \(file.path) sets insecure-skip-tls-verify: whoever is on the path can read and change "
        + "everything, credentials included")
  }

  // MARK: User

  private func refuseUnsupported(
    _ user: KubeconfigUser, _ name: String, _ file: KubeconfigFile
  ) throws(KubernetesError) {
    guard let field = user.unsupported.first else { return }
    let advice =
      switch field {
      case "exec": "exec credential plugins are not supported yet; use a token, a tokenFile or a client certificate"
      case "auth-provider":
        "auth-provider was removed from Kubernetes; use a token, a tokenFile or a client certificate"
      case "username", "password":
        "basic authentication was removed from Kubernetes 1.19; use a token, a tokenFile or a client certificate"
      default: "it is not supported; remove it"
      }
    throw error("user '\(name)': \(field): \(advice)", file)
  }

  private func identify(
    _ user: KubeconfigUser, _ name: String, _ file: KubeconfigFile,
    _ configuration: inout KubernetesConfiguration
  ) async throws(KubernetesError) {
    configuration.tls.clientCertificate = try await content(
      data: user.clientCertificateData, path: user.clientCertificate, field: "user '\(name)': client-certificate", file)
    configuration.tls.clientKey = try await content(
      data: user.clientKeyData?.reveal(), path: user.clientKey, field: "user '\(name)': client-key", file
    ).map { Redacted($0) }
    guard (configuration.tls.clientCertificate == nil) == (configuration.tls.clientKey == nil) else {
      throw error("user '\(name)': client-certificate and client-key are needed together", file)
    }
    // As in kube-rs, an inline token wins over a file.
    if let token = user.token {
      configuration.authentication = .token(token)
    } else if let path = user.tokenFile {
      let resolved = try file.resolve(path, field: "user '\(name)': tokenFile")
      configuration.authentication = .tokenFile(resolved)
    }
    if let impersonated = user.impersonated {
      configuration.impersonation = KubernetesConfiguration.Impersonation(
        user: impersonated, uid: user.impersonatedUID, groups: user.impersonatedGroups)
    } else if user.impersonatedUID != nil || !user.impersonatedGroups.isEmpty {
      throw error("user '\(name)': as-uid and as-groups need as", file)
    }
  }

  /// Inline data wins over a file.
  private func content(
    data: String?, path: String?, field: String, _ file: KubeconfigFile
  ) async throws(KubernetesError) -> [UInt8]? {
    if let data, !data.isEmpty {
      guard let decoded = Data(base64Encoded: data.filter { !$0.isWhitespace }) else {
        throw error("\(field)-data is not base64", file)
      }
      return [UInt8](decoded)
    }
    guard let path, !path.isEmpty else { return nil }
    do throws(KubernetesError) {
      return try await BoundedFile.read(try file.resolve(path, field: field))
    } catch let cause {
      throw error("\(field): \(cause.message)", file)
    }
  }

  private func error(_ message: String, _ file: KubeconfigFile? = nil) -> KubernetesError {
    let place = file?.path ?? files.map(\.path).joined(separator: ":")
    return KubernetesError(code: .configuration, message: "kubeconfig \(place): \(message)")
  }
}
