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
    configuration.context = name
    configuration.namespace = context.namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default"
    configuration.proxy = cluster.proxyURL.flatMap { $0.isEmpty ? nil : $0 }
    try await trust(cluster, context.cluster, clusterFile, &configuration)
    if let userName = context.user, !userName.isEmpty {
      let (userFile, user) = try find("user", userName) { $0.users }
      try refuseUnsupported(user, userName, userFile)
      try await identify(user, userName, userFile, &configuration)
      try plugIn(user, userName, userFile, cluster, &configuration)
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
    (configuration.tls.certificateAuthority, configuration.certificateAuthorityFile) = try await content(
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

  /// A content, and the file to read it from again; inline data wins over a file.
  func content(
    data: String?, path: String?, field: String, _ file: KubeconfigFile
  ) async throws(KubernetesError) -> (content: [UInt8]?, file: String?) {
    // A field that names a file is refused even where it would not count: nobody is to rely on that.
    if file.directory == nil, let path, !path.isEmpty { _ = try file.resolve(path, field: field) }
    if let data, !data.isEmpty {
      guard let decoded = Data(base64Encoded: data.filter { !$0.isWhitespace }) else {
        throw error("\(field)-data is not base64", file)
      }
      return ([UInt8](decoded), nil)
    }
    guard let path, !path.isEmpty else { return (nil, nil) }
    do throws(KubernetesError) {
      let resolved = try file.resolve(path, field: field)
      return (try await BoundedFile.read(resolved), resolved)
    } catch let cause {
      throw error("\(field): \(cause.message)", file)
    }
  }

  func error(_ message: String, _ file: KubeconfigFile? = nil) -> KubernetesError {
    let place = file?.path ?? files.map(\.path).joined(separator: ":")
    return KubernetesError(code: .configuration, message: "kubeconfig \(place): \(message)")
  }
}
