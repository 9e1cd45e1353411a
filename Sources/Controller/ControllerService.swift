package import Kubernetes
package import Logging
internal import MigrationSources
internal import ServiceLifecycle
internal import Support

/// The controller: follows the resources and what they refer to, and, while it leads, reconciles what changed.
///
/// Every replica follows; the one that holds a shard's Lease works on the resources of that shard (`LeaderTerm`), and
/// unless there are several shards that is all of them. On graceful shutdown nothing new is started, a run ends after the
/// migration that is under way, and the Leases are released when it has. Cancelling the task rolls that migration back.
package final class ControllerService: Service {
  /// How a controller is set up.
  package typealias Settings = ControllerSettings

  let settings: Settings
  let client: KubernetesClient
  let logger: Logger
  /// The resources as every replica knows them.
  package let resources: Informer<CitusMigration>
  private let configMaps: Informer<MetadataOnly<ConfigMap>>
  let secrets: Informer<MetadataOnly<Secret>>
  private let leases: Informer<Lease>
  let webhookTokens: WebhookTokens
  let targetLeases: TargetLeases
  let flux: FluxSources?
  private let fluxFollower: FluxFollower?
  let elections: ShardElections
  /// What the terms of this process may work on at once, all together.
  let allowance: WorkAllowance
  let events: EventRecorder
  let git: GitSource
  private let view = Guarded(ResourceView())

  /// Puts a controller together; nothing happens before `run()`.
  package init(settings: Settings, client: KubernetesClient, logger: Logger) {
    let scope = settings.namespace
    let timings = settings.election.timings
    self.settings = settings
    self.client = client
    self.logger = logger
    resources = Informer(CitusMigration.self, client: client, scope: .init(namespace: scope), logger: logger)
    configMaps = Informer(MetadataOnly<ConfigMap>.self, client: client, scope: .init(namespace: scope), logger: logger)
    secrets = Informer(MetadataOnly<Secret>.self, client: client, scope: .init(namespace: scope), logger: logger)
    webhookTokens = WebhookTokens(client: client, logger: logger)
    let flux = settings.artifacts.map {
      FluxSources(client: client, artifacts: $0, allowsOtherNamespaces: settings.allowsSourcesOfOtherNamespaces)
    }
    self.flux = flux
    fluxFollower = flux.map { FluxFollower(client: client, sources: $0, namespace: scope, logger: logger) }
    let label = TargetLeases.labels.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    leases = Informer(
      Lease.self, client: client, scope: .init(namespace: settings.leaseNamespace, labelSelector: label), logger: logger
    )
    let layout = settings.election.layout
    targetLeases = TargetLeases(
      client: client, namespace: settings.leaseNamespace, identity: settings.identity, timings: timings, logger: logger,
      shard: { layout.shard(of: $0) })
    elections = Self.elections(settings, layout, resources, client: client, logger: logger)
    allowance = WorkAllowance(total: settings.limits.total)
    events = EventRecorder(
      client: client, controller: "whimbrel.dev/controller", instance: settings.identity, logger: logger,
      onDrop: { [metrics = settings.metrics] in metrics?.droppedEvents($0) })
    var gitLimits = GitLimits()
    gitLimits.cacheBytes = settings.gitCacheBytes
    git = GitSource(cache: settings.gitCache, limits: gitLimits)
  }

  /// What is wrong with this process, so that it should be started anew; nil if nothing is.
  package var healthProblem: String? {
    elections.healthProblem()
  }

  /// What this replica waits for before it can work or take over; nil if it is ready, as one that does not lead may be.
  package var readinessProblem: String? {
    let caches = [
      ("citusmigrations", resources.hasSynced), ("configmaps", configMaps.hasSynced), ("secrets", secrets.hasSynced),
    ]
    let missing = caches.filter { !$0.1 }.map(\.0)
    return missing.isEmpty ? nil : "not listed yet: \(missing.joined(separator: ", "))"
  }

  /// Runs until graceful shutdown or cancellation.
  ///
  /// - Throws: `KubernetesError`, when the API server goes on refusing the Lease of the election.
  package func run() async throws {
    do {
      try await withGracefulShutdownHandler {
        try await follow()
      } onGracefulShutdown: {
        self.elections.stop()
        self.logger.info("controller stopping: the migration under way is finished, no other one is begun")
      }
    } catch {
      await git.close()
      throw error
    }
    await git.close()
    logger.info("controller stopped")
  }

  private func follow() async throws {
    let initial = (resources.changes(), configMaps.changes(), secrets.changes())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await Self.follow(self.resources) }
      group.addTask { await Self.follow(self.configMaps) }
      group.addTask { await Self.follow(self.secrets) }
      group.addTask { await Self.follow(self.leases) }
      group.addTask { await self.observeLeases() }
      group.addTask { await self.events.run() }
      // Without the objects that a resource refers to in view, a change to one could be missed.
      let isReady = await catchUp {
        try await self.catchUp(self.resources, initial.0) { self.changed(resource: $0) }
        try await self.catchUp(self.configMaps, initial.1) { self.changed(configMap: $0) }
        try await self.catchUp(self.secrets, initial.2) { self.changed(secret: $0) }
      }
      if isReady {
        logger.info("controller started", metadata: ["resources": "\(resources.store.count)"])
        group.addTask {
          for await key in initial.0 {
            // A run that is going on is cancelled at once, not at the next look.
            if let object = self.resources.store[key] { self.elections.term(of: key)?.notice(object) }
            self.handle(self.changed(resource: key))
            self.handle(self.changed(upstream: key))
          }
        }
        group.addTask { for await key in initial.1 { self.handle(self.changed(configMap: key)) } }
        group.addTask { for await key in initial.2 { self.handle(self.changed(secret: key)) } }
        if let fluxFollower {
          group.addTask { await fluxFollower.run { key, state in self.handle(self.changed(flux: key, state)) } }
        }
        _ = await catchUp { await self.seeLeases() }
        try await elections.run { leader, grant, campaign in await self.lead(leader, grant, campaign) }
      }
      group.cancelAll()
    }
  }

  private static func follow<Resource>(_ informer: Informer<Resource>) async {
    // The only error is cancellation, which is how following ends.
    do throws(KubernetesError) { try await informer.run() } catch {}
  }

  // MARK: Following

  /// Takes in what was there when the informer first listed it: it asks for nothing, since a term begins with everything.
  private func catchUp<Resource>(
    _ informer: Informer<Resource>, _ changes: ChangedKeys, _ take: (ObjectKey) -> ResourceView.Effect
  ) async throws {
    try await informer.waitUntilSynced()
    var missing = Set(informer.store.snapshot.keys)
    var keys = changes.makeAsyncIterator()
    while !missing.isEmpty, let key = await keys.next() {
      _ = take(key)
      missing.remove(key)
    }
    try Task.checkCancellation()
  }

  /// False if the controller is to stop meanwhile.
  private func catchUp(_ all: @escaping @Sendable () async throws -> Void) async -> Bool {
    do {
      try await cancelWhenGracefulShutdown(all)
      return true
    } catch {
      return false
    }
  }

  // Who else is at work decides about campaigning. A server that refuses the list refuses the Leases as well, which tells.
  private func seeLeases() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { do { try await self.leases.waitUntilSynced() } catch {} }
      group.addTask { [wait = settings.election.timings.duration] in
        do { try await TimeSource.system.sleep(for: wait) } catch {}
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func observeLeases() async {
    for await key in leases.changes() {
      let lease = leases.store[key]
      if !elections.observe(key.name, lease) { targetLeases.observe(key.name, lease) }
    }
  }

  private func changed(resource key: ObjectKey) -> ResourceView.Effect {
    let object = resources.store[key]
    let (effect, kinds) = view.withLock { view in (view.changed(resource: key, object), view.fluxKinds) }
    fluxFollower?.use(kinds)
    return effect
  }

  private func changed(upstream key: ObjectKey) -> ResourceView.Effect {
    let object = resources.store[key]
    return view.withLock { $0.changed(upstream: key, object) }
  }

  private func changed(configMap key: ObjectKey) -> ResourceView.Effect {
    let labels = configMaps.store[key]?.metadata.labels
    return view.withLock { $0.changed(configMap: key, labels: labels) }
  }

  private func changed(secret key: ObjectKey) -> ResourceView.Effect {
    view.withLock { $0.changed(secret: key) }
  }

  private func changed(flux key: FluxKey, _ state: FluxState?) -> ResourceView.Effect {
    view.withLock { $0.changed(flux: key, state) }
  }

  private func handle(_ effect: ResourceView.Effect) {
    switch effect {
    case .none: break
    case .look(let keys):
      for (shard, keys) in Dictionary(grouping: keys, by: elections.layout.shard(of:)) {
        elections.term(ofShard: shard)?.handle(.look(Set(keys)))
      }
    case .replaced(let key), .gone(let key): elections.term(of: key)?.handle(effect)
    }
  }
}
