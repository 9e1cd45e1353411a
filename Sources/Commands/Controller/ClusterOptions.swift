internal import ArgumentParser
internal import HTTP
internal import Kubernetes

/// Which cluster a command looks at resources in, and in which namespace.
struct ClusterOptions: ParsableArguments {
  @Option(name: [.customShort("n"), .long], help: "The namespace; that of the configuration if absent.")
  var namespace: String?

  @Option(help: "The kubeconfig file.")
  var kubeconfig: String?

  @Option(help: "The context of the kubeconfig.")
  var context: String?

  /// Finds and reads the configuration.
  ///
  /// - Throws: as `KubernetesConfiguration.load`.
  func configuration() async throws(KubernetesError) -> KubernetesConfiguration {
    try await KubernetesConfiguration.load(
      kubeconfig: kubeconfig, context: context, environment: ProcessEnvironment.all)
  }

  /// The namespace that counts.
  func namespace(_ configuration: KubernetesConfiguration) -> String { namespace ?? configuration.namespace }

  /// Runs `body` with a client whose connections are closed behind it; requests and changes are in the program's name.
  ///
  /// - Throws: what `body` throws.
  static func connected<Value, Failure: Error>(
    to configuration: KubernetesConfiguration, as program: String = "whimbrel",
    _ body: (KubernetesClient) async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let http = HTTPClient()
    let client = KubernetesClient(
      configuration: configuration, http: http, logger: LogOptions.quiet, fieldManager: program,
      userAgent: "\(program)/\(Version.current)")
    do throws(Failure) {
      let value = try await body(client)
      await http.close()
      return value
    } catch {
      await http.close()
      throw error
    }
  }
}
