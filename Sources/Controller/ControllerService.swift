package import Kubernetes
package import Logging
internal import MigrationSources
internal import ServiceLifecycle
internal import Support

/// The controller: follows the resources and what they refer to, and reconciles what changed.
///
/// On graceful shutdown nothing new is started; a run ends after the migration that is under way. Cancelling the task
/// rolls that migration back.
package final class ControllerService: Service {
  /// How the controller is set up.
  package struct Settings: Sendable {
    /// The namespace to serve; nil for all.
    package var namespace: String?
    package var leaseNamespace: String
    /// How many resources are looked at at once.
    package var concurrency: Int
    /// The directory below which `spec.migrations.directory` is; nil refuses such sources.
    package var migrationsRoot: String?
    /// Names this process: unique for every start.
    package var identity: String

    /// Makes settings.
    package init(
      namespace: String?, leaseNamespace: String, concurrency: Int, migrationsRoot: String?, identity: String
    ) {
      self.namespace = namespace
      self.leaseNamespace = leaseNamespace
      self.concurrency = concurrency
      self.migrationsRoot = migrationsRoot
      self.identity = identity
    }
  }

  private let resources: Informer<CitusMigration>
  private let configMaps: Informer<MetadataOnly<ConfigMap>>
  private let secrets: Informer<MetadataOnly<Secret>>
  private let queue: WorkQueue
  private let reconciler: Reconciler
  private let view = Guarded(ResourceView())
  private let isStopping: Guarded<Bool>
  private let logger: Logger

  /// Puts a controller together; nothing happens before `run()`.
  package init(settings: Settings, client: KubernetesClient, logger: Logger) {
    let scope = settings.namespace
    let resources = Informer(CitusMigration.self, client: client, scope: .init(namespace: scope), logger: logger)
    let isStopping = Guarded(false)
    self.resources = resources
    configMaps = Informer(MetadataOnly<ConfigMap>.self, client: client, scope: .init(namespace: scope), logger: logger)
    secrets = Informer(MetadataOnly<Secret>.self, client: client, scope: .init(namespace: scope), logger: logger)
    queue = WorkQueue(limits: WorkLimits(total: settings.concurrency))
    let leases = TargetLeases(
      client: client, namespace: settings.leaseNamespace, identity: settings.identity, logger: logger)
    let context = ReconcileContext(
      client: client, directories: settings.migrationsRoot.map { DirectorySource(root: $0) }, leases: leases,
      identity: settings.identity, logger: logger, mayContinue: { !isStopping.withLock { $0 } })
    reconciler = Reconciler(context: context) { key in resources.store[key] }
    self.isStopping = isStopping
    self.logger = logger
  }

  /// Runs until graceful shutdown or cancellation.
  package func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await Self.follow(self.resources) }
        group.addTask { await Self.follow(self.configMaps) }
        group.addTask { await Self.follow(self.secrets) }
        group.addTask { await self.enqueueResources() }
        group.addTask { await self.enqueueUsersOfConfigMaps() }
        group.addTask { await self.enqueueUsersOfSecrets() }
        await work()
        group.cancelAll()
      }
    } onGracefulShutdown: {
      self.isStopping.withLock { $0 = true }
      self.queue.stop()
    }
    logger.info("controller stopped")
  }

  private func work() async {
    do {
      // Without the objects that a resource refers to in view, a change to one could be missed.
      try await cancelWhenGracefulShutdown {
        try await self.resources.waitUntilSynced()
        try await self.configMaps.waitUntilSynced()
        try await self.secrets.waitUntilSynced()
      }
    } catch {
      return  // Stopped before it began: there is nothing to end.
    }
    logger.info("controller started", metadata: ["resources": "\(resources.store.count)"])
    await queue.run { key in await self.reconciler.reconcile(key) }
  }

  private static func follow<Resource>(_ informer: Informer<Resource>) async {
    // The only error is cancellation, which is how following ends.
    do throws(KubernetesError) { try await informer.run() } catch {}
  }

  private func enqueueResources() async {
    for await key in resources.changes() {
      let object = resources.store[key]
      // A run that is going on is cancelled at once, not at the next look.
      if let object { reconciler.notice(object) }
      handle(view.withLock { $0.changed(resource: key, object) })
    }
  }

  private func enqueueUsersOfConfigMaps() async {
    for await key in configMaps.changes() {
      let labels = configMaps.store[key]?.metadata.labels
      handle(view.withLock { $0.changed(configMap: key, labels: labels) })
    }
  }

  private func enqueueUsersOfSecrets() async {
    for await key in secrets.changes() {
      handle(view.withLock { $0.changed(secret: key) })
    }
  }

  private func handle(_ effect: ResourceView.Effect) {
    switch effect {
    case .none: break
    case .look(let keys): queue.add(keys)
    case .replaced(let key):
      reconciler.cancel(key)
      queue.add(key)
    case .gone(let key):
      queue.remove(key)
      reconciler.cancel(key)
    }
  }
}
