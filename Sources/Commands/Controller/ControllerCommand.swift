internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Logging
internal import Operations
internal import Support

/// `whimbrel controller`: watches the resources and applies what they declare, until SIGTERM.
struct ControllerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller",
    abstract: "Watch CitusMigration resources and apply what they declare.",
    discussion: """
      The Kubernetes configuration is the first of: --kubeconfig, KUBECONFIG, the pod's service account, \
      ~/.kube/config. Of several replicas one leads; the others follow, ready to take over; with --shards each leads a \
      part. SIGTERM and SIGINT stop \
      gracefully: the migration under way is finished within --drain-timeout, else rolled back.
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

  @Flag(help: "Lets spec.promotion.after name resources of other namespaces.")
  var allowCrossNamespaceReferences = false

  @Option(help: "The folder where fetched Git repositories are kept; a private one below TMPDIR if absent.")
  var gitCache: String?

  @Option(help: "How many MiB they may take (16 to 1048576).")
  var gitCacheSize = 1024

  @Option(help: "How many resources are looked at at once (1 to 1000).")
  var concurrency = 8

  @Option(help: "How many resources of one target are looked at at once (1 to 1000).")
  var concurrencyPerTarget = 4

  @Option(help: "Seconds that a graceful stop may take (1 to 3600).")
  var drainTimeout = 30

  @Option(help: "Where /healthz, /readyz and /metrics are served: host:port, or an empty text for nowhere.")
  var operationsAddress = AddressArgument.standard

  @Option(help: "Where webhooks are served: host:port; nowhere if absent.")
  var webhookAddress = AddressArgument.nowhere

  @OptionGroup var dashboard: DashboardOptions

  @OptionGroup var sources: SourceOptions

  @OptionGroup var election: ElectionOptions

  @OptionGroup var log: LogOptions

  func validate() throws {
    guard (1...1000).contains(concurrency) else {
      throw ValidationError("--concurrency must be between 1 and 1000, not \(concurrency).")
    }
    guard (1...1000).contains(concurrencyPerTarget) else {
      throw ValidationError("--concurrency-per-target must be between 1 and 1000, not \(concurrencyPerTarget).")
    }
    guard (16...1_048_576).contains(gitCacheSize) else {
      throw ValidationError("--git-cache-size must be between 16 and 1048576, not \(gitCacheSize).")
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
    logger.info(
      "whimbrel \(Version.current)",
      metadata: ["kubernetes.server": "\(configuration.server)", "kubernetes.from": "\(configuration.origin)"])
    do {
      try await ControllerProcess(
        settings: settings(configuration), configuration: configuration, operationsAddress: operationsAddress.value,
        webhookAddress: webhookAddress.value, dashboardOptions: dashboard, logger: logger
      ).run(drainTimeout: .seconds(drainTimeout))
    } catch {
      logger.error("controller failed", metadata: ["error": "\(error)"])
      throw ExitCode.failure
    }
  }

  private func settings(_ configuration: KubernetesConfiguration) throws -> ControllerSettings {
    var settings = ControllerSettings(
      namespace: namespace, leaseNamespace: leaseNamespace ?? configuration.namespace, concurrency: concurrency,
      concurrencyPerTarget: concurrencyPerTarget, migrationsRoot: migrationsRoot,
      identity: ProcessEnvironment.uniqueIdentity,
      election: .init(name: election.leaderElectName, timings: try election.timings, shards: election.shards))
    settings.allowsCrossNamespaceReferences = allowCrossNamespaceReferences
    settings.gitCache = gitCache
    settings.gitCacheBytes = gitCacheSize << 20
    settings.allowsSourcesOfOtherNamespaces = sources.allowCrossNamespaceSources
    return settings
  }
}
