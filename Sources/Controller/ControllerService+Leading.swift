internal import Kubernetes
internal import Logging
internal import MigrationSources

extension ControllerService {
  /// The elections of all shards, whose Leases count on from what the statuses hold.
  static func elections(
    _ settings: Settings, _ layout: ShardLayout, _ resources: Informer<CitusMigration>, client: KubernetesClient,
    logger: Logger
  ) -> ShardElections {
    @Sendable func lease(_ name: String) -> LeaseSettings {
      LeaseSettings(
        name: name, namespace: settings.leaseNamespace, identity: settings.identity, labels: TargetLeases.labels,
        timings: settings.election.timings)
    }
    return ShardElections(
      layout: layout, identity: settings.identity, timings: settings.election.timings, logger: logger,
      lock: { shard, name in
        LeaseLock(
          lease(name), client: client, logger: logger,
          firstTransition: {
            // A Lease that was deleted and is made anew goes on above what the statuses hold. Where there are none, two
            // installations begin at different numbers.
            Int32(
              clamping: LeaderEpoch.next(
                transitions: chance, highestReported: highestEpoch(of: resources.resources(ofShard: shard, layout)),
                random: chance))
          },
          // After a change of the division the statuses hold epochs of other shards.
          leastTransition: {
            guard layout.count > 1 else { return 0 }
            return Int32(clamping: (highestEpoch(of: resources.resources(ofShard: shard, layout)) ?? -1) + 1)
          })
      },
      memberLock: { LeaseLock(lease($0), client: client, logger: logger) })
  }

  /// Leads a shard until the term is stopped or cancelled, and what runs has ended.
  func lead(_ leader: ShardLeader, _ grant: LeaseGrant, _ campaign: ShardCampaign) async {
    let installation = Installation(leaseUID: grant.leaseUID)
    let isLeading: @Sendable () -> Bool = { campaign.isLeading }
    let metrics = settings.metrics?.term(lease: leader.lease)
    let term = LeaderTerm(
      limits: settings.limits, allowance: allowance, context: context(leader, grant, installation, campaign),
      metrics: metrics
    ) { [resources] key in resources.store[key] }
    guard campaign.begin(term) else { return }
    targetLeases.begin(
      .init(installation: installation, isLeading: isLeading) { [queue = term.queue] key, delay in
        queue.add(key, after: delay)
      }, shard: leader.index)
    metrics?.leading(true, lease: leader.lease)
    let mine = resources.resources(ofShard: leader.index, elections.layout)
    var metadata: Logger.Metadata = ["leader.epoch": "\(grant.transitions)", "resources": "\(mine.count)"]
    if elections.layout.count > 1 { metadata["leader.shard"] = "\(leader.index)" }
    if let holder = grant.unreleasedBy { metadata["leader.before"] = "\(holder)" }
    logger.info("leading", metadata: metadata)
    term.begin(with: mine)
    await term.run()
    campaign.end()
    targetLeases.begin(nil, shard: leader.index)
    for key in resources.resources(ofShard: leader.index, elections.layout).keys {
      metrics?.forget(namespace: key.namespace ?? "", name: key.name)
    }
    metrics?.leading(false, lease: leader.lease)
    metadata["leader.before"] = nil
    metadata["resources"] = nil
    logger.info("no longer leading", metadata: metadata)
  }

  private func context(
    _ leader: ShardLeader, _ grant: LeaseGrant, _ installation: Installation, _ campaign: ShardCampaign
  ) -> ReconcileContext {
    var context = ReconcileContext(
      client: client, directories: settings.migrationsRoot.map { DirectorySource(root: $0) }, leases: targetLeases,
      installation: installation, identity: settings.identity, logger: logger,
      mayContinue: { !campaign.isStopping })
    context.flux = flux
    context.epoch = LeaderEpoch.next(
      transitions: Int64(grant.transitions),
      highestReported: Self.highestEpoch(of: resources.resources(ofShard: leader.index, elections.layout)),
      random: Self.chance)
    if context.epoch != Int64(grant.transitions) {
      logger.warning(
        "the resources hold reports of later terms than the Lease knows: it was made anew, or another installation serves them",
        metadata: ["leader.epoch": "\(context.epoch ?? 0)", "lease.transitions": "\(grant.transitions)"])
    }
    context.mayReport = { campaign.isLeading }
    context.events = events
    context.git = git
    context.metrics = settings.metrics?.term(lease: leader.lease)
    context.allowsCrossNamespaceReferences = settings.allowsCrossNamespaceReferences
    return context
  }

  private static var chance: Int64 { .random(in: 0..<1000) }

  private static func highestEpoch(of resources: [ObjectKey: CitusMigration]) -> Int64? {
    resources.values.lazy.compactMap { $0.status?.leaderEpoch }.max()
  }
}

extension Informer<CitusMigration> {
  /// The resources of one shard, as they are now.
  fileprivate func resources(ofShard index: Int, _ layout: ShardLayout) -> [ObjectKey: CitusMigration] {
    let all = store.snapshot
    return layout.count == 1 ? all : all.filter { layout.shard(of: $0.key) == index }
  }
}
