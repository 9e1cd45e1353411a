internal import FoundationEssentials
internal import HTTP
internal import Support

extension KubeconfigResolution {
  func refuseUnsupported(
    _ user: KubeconfigUser, _ name: String, _ file: KubeconfigFile
  ) throws(KubernetesError) {
    guard let field = user.unsupported.first else { return }
    let advice =
      switch field {
      case "auth-provider":
        "auth-provider was removed from Kubernetes; use exec, a token, a tokenFile or a client certificate"
      case "username", "password":
        "basic authentication was removed from Kubernetes 1.19; use a token, a tokenFile or a client certificate"
      default: "it is not supported; remove it"
      }
    throw error("user '\(name)': \(field): \(advice)", file)
  }

  func identify(
    _ user: KubeconfigUser, _ name: String, _ file: KubeconfigFile,
    _ configuration: inout KubernetesConfiguration
  ) async throws(KubernetesError) {
    (configuration.tls.clientCertificate, configuration.clientCertificateFile) = try await content(
      data: user.clientCertificateData, path: user.clientCertificate, field: "user '\(name)': client-certificate", file)
    let key = try await content(
      data: user.clientKeyData?.reveal(), path: user.clientKey, field: "user '\(name)': client-key", file)
    configuration.tls.clientKey = key.content.map { Redacted($0) }
    configuration.clientKeyFile = key.file
    guard (configuration.tls.clientCertificate == nil) == (configuration.tls.clientKey == nil) else {
      throw error("user '\(name)': client-certificate and client-key are needed together", file)
    }
    if file.directory == nil, let path = user.tokenFile {
      _ = try file.resolve(path, field: "user '\(name)': tokenFile")
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
        user: impersonated, uid: user.impersonatedUID, groups: user.impersonatedGroups,
        extra: user.impersonatedExtra)
    } else if user.impersonatedUID != nil || !user.impersonatedGroups.isEmpty || !user.impersonatedExtra.isEmpty {
      throw error("user '\(name)': as-uid, as-groups and as-user-extra need as", file)
    }
  }

  /// Takes a credential plugin in; other means of the user win over it, as in client-go.
  func plugIn(
    _ user: KubeconfigUser, _ name: String, _ file: KubeconfigFile, _ cluster: Kubeconfig.Cluster,
    _ configuration: inout KubernetesConfiguration
  ) throws(KubernetesError) {
    guard let exec = user.exec else { return }
    if let complaint = exec.complaint { throw error("user '\(name)': exec: \(complaint)", file) }
    guard file.directory != nil else {
      throw error("user '\(name)': exec runs a program, which is not allowed here; use a token or a certificate", file)
    }
    guard configuration.authentication == .none, configuration.tls.clientCertificate == nil,
      var command = exec.command, let version = exec.apiVersion.flatMap({ ExecPlugin.Version(rawValue: $0) })
    else { return }
    if command.contains("/") { command = try file.resolve(command, field: "user '\(name)': exec.command") }
    let variables = (exec.env ?? []).map { ($0.name, $0.value ?? Redacted("")) }
    let hint = exec.installHint.map { hint in
      String(hint.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }.prefix(1000))
    }
    configuration.authentication = .exec(
      ExecPlugin(
        version: version, command: command, arguments: exec.args ?? [],
        environment: Dictionary(variables) { $1 },
        cluster: exec.provideClusterInfo == true ? clusterInformation(cluster, configuration) : nil, installHint: hint))
  }

  private func clusterInformation(
    _ cluster: Kubeconfig.Cluster, _ configuration: KubernetesConfiguration
  ) -> ExecPlugin.Cluster {
    ExecPlugin.Cluster(
      server: configuration.server, serverName: configuration.tls.serverName,
      isInsecure: configuration.tls.verify ? nil : true,
      certificateAuthority: configuration.tls.certificateAuthority.map { Data($0).base64EncodedString() },
      proxy: configuration.proxy,
      config: cluster.extensions?.first { $0.name == "client.authentication.k8s.io/exec" }?.content)
  }
}
