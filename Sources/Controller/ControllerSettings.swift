package import Kubernetes
package import MigrationSources

/// How a controller is set up.
package struct ControllerSettings: Sendable {
  /// The election of the replica that works.
  package struct Election: Sendable {
    /// The name of the election's Lease, in `leaseNamespace`: replicas of one installation share it.
    package var name: String
    /// The times of this Lease, and of those of the targets.
    package var timings: LeaseTimings
    /// How many shards the resources are divided into, 1 to 64; with more than one, several replicas work.
    package var shards: Int

    /// Kubernetes' own times unless others are given, and one shard.
    package init(name: String = "whimbrel-leader", timings: LeaseTimings = .standard, shards: Int = 1) {
      self.name = name
      self.timings = timings
      self.shards = shards
    }

    /// How the resources are divided.
    package var layout: ShardLayout {
      ShardLayout(election: name, count: shards)
    }
  }

  /// The namespace to serve; nil for all.
  package var namespace: String?
  /// The namespace of the Leases.
  package var leaseNamespace: String
  /// How many resources are looked at at once, in all and of one target.
  package var limits: WorkLimits
  /// The directory below which `spec.migrations.directory` is; nil refuses such sources.
  package var migrationsRoot: String?
  /// Whether `spec.promotion.after` may name resources of other namespaces.
  package var allowsCrossNamespaceReferences = false
  /// Where fetched Git repositories are kept; nil for a private folder, for as long as the controller runs.
  package var gitCache: String?
  /// How many bytes they may take.
  package var gitCacheBytes = GitLimits().cacheBytes
  /// Where the artifacts of Flux are downloaded; nil refuses such sources.
  package var artifacts: ArtifactSource?
  /// Whether a resource may take a source object of another namespace.
  package var allowsSourcesOfOtherNamespaces = false
  /// Names this process: unique for every start.
  package var identity: String
  /// The election.
  package var election: Election
  /// What is counted and measured; nil for nothing.
  package var metrics: ControllerMetrics?

  /// Makes settings.
  ///
  /// - Parameters:
  ///   - concurrency: how many resources are looked at at once.
  ///   - concurrencyPerTarget: how many of those may belong to one target.
  package init(
    namespace: String?, leaseNamespace: String, concurrency: Int, concurrencyPerTarget: Int = 4,
    migrationsRoot: String?, identity: String, election: Election = Election(), metrics: ControllerMetrics? = nil
  ) {
    self.namespace = namespace
    self.leaseNamespace = leaseNamespace
    limits = WorkLimits(total: concurrency, perGroup: concurrencyPerTarget)
    self.migrationsRoot = migrationsRoot
    self.identity = identity
    self.election = election
    self.metrics = metrics
  }
}
