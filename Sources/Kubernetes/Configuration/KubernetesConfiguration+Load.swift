package import Support

extension KubernetesConfiguration {
  /// Finds and reads the configuration.
  ///
  /// The first that applies: the kubeconfig given by flag; the files of `KUBECONFIG`, merged; the service account of the
  /// pod; `~/.kube/config`. A context given by flag rules out the service account, which has none.
  /// - Throws: `KubernetesError` with code `configuration`, naming the file and the field.
  package static func load(
    kubeconfig: String? = nil, context: String? = nil, environment: [String: String]
  ) async throws(KubernetesError) -> KubernetesConfiguration {
    try await load(
      kubeconfig: kubeconfig, context: context, environment: environment, serviceAccount: ServiceAccount.standard)
  }

  static func load(
    kubeconfig: String?, context: String?, environment: [String: String], serviceAccount: ServiceAccount
  ) async throws(KubernetesError) -> KubernetesConfiguration {
    if let kubeconfig, !kubeconfig.isEmpty {
      return try await load(files: [try await KubeconfigFile.read(kubeconfig)], context: context)
    }
    if let list = environment["KUBECONFIG"], !list.isEmpty {
      return try await load(files: try await KubeconfigFile.readList(list), context: context)
    }
    if context == nil, let inCluster = try await serviceAccount.configuration(environment: environment) {
      return inCluster
    }
    if let home = environment["HOME"], !home.isEmpty {
      let path = "\(home)/.kube/config"
      if await BoundedFile.isReadable(path) {
        return try await load(files: [try await KubeconfigFile.read(path)], context: context)
      }
    }
    throw KubernetesError(
      code: .configuration,
      message: "no Kubernetes configuration found; name a kubeconfig by --kubeconfig or KUBECONFIG, create "
        + "~/.kube/config, or run in a pod with a service account")
  }

  /// Reads a kubeconfig that came from elsewhere, such as from a Secret.
  ///
  /// It may not name files or programs of this machine: whoever wrote it is not whoever runs this process.
  /// - Throws: `KubernetesError` with code `configuration`, naming the field.
  package static func load(
    kubeconfig bytes: Redacted<[UInt8]>, origin: String, context: String? = nil
  ) async throws(KubernetesError) -> KubernetesConfiguration {
    let file = try KubeconfigFile.decode(bytes.reveal(), path: origin, directory: nil)
    return try await load(files: [file], context: context)
  }

  private static func load(
    files: [KubeconfigFile], context name: String?
  ) async throws(KubernetesError) -> KubernetesConfiguration {
    try await KubeconfigResolution(files: files).configuration(context: name)
  }
}
