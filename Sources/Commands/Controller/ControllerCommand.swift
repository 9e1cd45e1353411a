internal import ArgumentParser
internal import Controller
internal import HTTP
internal import Kubernetes
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// `whimbrel controller`: watches the resources and applies what they declare, until SIGTERM.
struct ControllerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller",
    abstract: "Watch CitusMigration resources and apply what they declare.",
    discussion: """
      The Kubernetes configuration is the first of: --kubeconfig, KUBECONFIG, the pod's service account, \
      ~/.kube/config. SIGTERM and SIGINT stop gracefully: the migration under way is finished within \
      --drain-timeout, else rolled back.
      """)

  @Option(help: "The kubeconfig file.")
  var kubeconfig: String?

  @Option(help: "The context of the kubeconfig.")
  var context: String?

  @Option(help: "The namespace to serve; all namespaces if absent.")
  var namespace: String?

  @Option(help: "The namespace of the Leases; the configuration's own if absent.")
  var leaseNamespace: String?

  @Option(help: "The directory below which spec.migrations.directory lies; without it such sources are refused.")
  var migrationsRoot: String?

  @Option(help: "How many resources are looked at at once (1 to 1000).")
  var concurrency = 8

  @Option(help: "Seconds that a graceful stop may take (1 to 3600).")
  var drainTimeout = 30

  @OptionGroup var log: LogOptions

  func validate() throws {
    guard (1...1000).contains(concurrency) else {
      throw ValidationError("--concurrency must be between 1 and 1000, not \(concurrency).")
    }
    guard (1...3600).contains(drainTimeout) else {
      throw ValidationError("--drain-timeout must be between 1 and 3600, not \(drainTimeout).")
    }
  }

  func run() async throws {
    ProcessEnvironment.dropConnectionDefaults()
    let logger = log.logger()
    let configuration: KubernetesConfiguration
    do throws(KubernetesError) {
      configuration = try await KubernetesConfiguration.load(
        kubeconfig: kubeconfig, context: context, environment: ProcessEnvironment.all)
    } catch {
      logger.error("no connection to Kubernetes", metadata: ["error": "\(error.message)"])
      throw ExitCode(2)
    }
    let http = HTTPClient()
    let client = KubernetesClient(
      configuration: configuration, http: http, logger: logger, userAgent: "whimbrel/\(Version.current)")
    logger.info(
      "whimbrel \(Version.current)",
      metadata: ["kubernetes.server": "\(configuration.server)", "kubernetes.from": "\(configuration.origin)"])
    let service = ControllerService(
      settings: .init(
        namespace: namespace, leaseNamespace: leaseNamespace ?? configuration.namespace, concurrency: concurrency,
        migrationsRoot: migrationsRoot, identity: ProcessEnvironment.uniqueIdentity), client: client, logger: logger)
    var group = ServiceGroupConfiguration(
      services: [
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(drainTimeout)
    try await ServiceGroup(configuration: group).run()
    await http.close()
  }
}
