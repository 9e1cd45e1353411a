internal import Controller
internal import Dashboard
internal import HTTP
internal import Kubernetes
internal import Logging
internal import MigrationSources
internal import Operations
internal import ServiceLifecycle
internal import Telemetry
internal import UnixSignals

/// The parts of `whimbrel controller`, put together: metrics, client, controller, operations endpoint.
struct ControllerProcess {
  private let http = HTTPClient()
  private let controller: ControllerService
  private let operations: OperationsServer?
  private let webhooks: WebhookServer?
  private let dashboard: DashboardServer?
  private let logger: Logger

  /// Puts them together; nothing happens before `run`.
  init(
    settings: ControllerSettings, configuration: KubernetesConfiguration, operationsAddress: OperationsAddress?,
    webhookAddress: OperationsAddress?, dashboardOptions: DashboardOptions, logger: Logger
  ) {
    let registry = MetricRegistry()
    ProcessMetrics.add(to: registry)
    let metrics = ControllerMetrics(registry)
    let layout = settings.election.layout
    for shard in 0..<layout.count { metrics.leading(false, lease: layout.leaseName(ofShard: shard)) }
    var settings = settings
    settings.metrics = metrics
    settings.artifacts = ArtifactSource(http: http)
    let client = KubernetesClient(
      configuration: configuration, http: http, logger: logger, userAgent: "whimbrel/\(Version.current)",
      observer: { metrics.requested($0) })
    let controller = ControllerService(settings: settings, client: client, logger: logger)
    operations = operationsAddress.map { address in
      OperationsServer(
        address: address,
        state: OperationsState(
          isAlive: { [HealthCheck("leader-term", problem: controller.healthProblem)] },
          isReady: { [HealthCheck("caches", problem: controller.readinessProblem)] },
          metrics: { registry.read() }),
        logger: logger)
    }
    webhooks = webhookAddress.map {
      WebhookServer(
        address: $0, handler: Self.handler(controller), logger: logger, observer: { metrics.answeredWebhook($0) })
    }
    let access = DashboardAccess(client: client, namespace: settings.namespace, logger: logger)
    let isOpen = dashboardOptions.dashboardAuthentication == .none
    dashboard = dashboardOptions.dashboardAddress.value.map {
      DashboardServer(
        address: $0,
        source: DashboardSource(
          DashboardFeed(controller.resources),
          permission: { token in isOpen ? .granted : await access.permission(token) }),
        logger: logger)
    }
    self.controller = controller
    self.logger = logger
  }

  /// Runs until a signal or a failure; the operations endpoint begins first and ends last.
  ///
  /// - Throws: `OperationsError`, `KubernetesError`, or that the graceful stop took longer than `drainTimeout`.
  func run(drainTimeout: Duration) async throws {
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
    // Services are stopped in the reverse of this order, one after the other.
    if let operations {
      services = [configuration(operations), configuration(FollowingService(wrapped: controller, server: operations))]
    } else {
      services = [configuration(controller)]
    }
    if let webhooks { services.append(configuration(webhooks)) }
    if let dashboard { services.append(configuration(dashboard)) }
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = drainTimeout
    do {
      try await ServiceGroup(configuration: group).run()
    } catch {
      await http.close()
      throw error
    }
    await http.close()
  }

  private static func handler(_ controller: ControllerService) -> WebhookHandler {
    WebhookHandler(
      isReady: { controller.knowsWebhooks },
      secret: { target in
        let key = ObjectKey(namespace: target.namespace, name: target.name)
        guard let webhook = await controller.webhook(of: key), let kind = WebhookKind(rawValue: webhook.type) else {
          return nil
        }
        return WebhookSecret(kind: kind, token: webhook.token)
      },
      reconcile: { target in
        await controller.requestLook(at: ObjectKey(namespace: target.namespace, name: target.name))
      })
  }

  private func configuration(_ service: any Service) -> ServiceGroupConfiguration.ServiceConfiguration {
    .init(
      service: service, successTerminationBehavior: .gracefullyShutdownGroup,
      failureTerminationBehavior: .gracefullyShutdownGroup)
  }
}
