internal import Kubernetes
internal import Logging
internal import MigrationSources
internal import Support

/// What every reconcile works with.
struct ReconcileContext: Sendable {
  var client: KubernetesClient
  /// Where directory sources are read from; nil when the controller has no migrations root.
  var directories: DirectorySource?
  /// Reads Git repositories.
  var git: GitSource?
  /// Where artifacts of Flux come from; nil when the controller cannot download.
  var flux: FluxSources?
  var leases: TargetLeases
  /// Names the sessions of runs.
  var installation: Installation
  /// Told to which target a resource goes.
  var targets = TargetGroups()
  /// What was seen of clusters lately.
  let clusters = ClusterLooks()
  /// What looks have left connected.
  let sessions = IdleSessions()
  /// Names this process among all controllers: the holder of its Leases.
  var identity: String
  var clock: WallClock
  var logger: Logger
  /// False once the controller is to stop: no migration is started any more.
  var mayContinue: @Sendable () -> Bool
  /// The epoch of this leader's term, which fences its reports (`LeaderEpoch`); nil where there is no election.
  var epoch: Int64?
  /// Whether this process is still the leader, as far as it can know: only then is a status written.
  var mayReport: @Sendable () -> Bool = { true }
  /// Where Events go; nil where none are told.
  var events: EventRecorder?
  /// Where is counted and measured; nil where that is not wanted.
  var metrics: ControllerMetrics?

  /// Where time zones are read.
  var zones = ZoneFiles()
  /// Whether `spec.promotion.after` may name resources of other namespaces.
  var allowsCrossNamespaceReferences = false

  /// Makes a context.
  init(
    client: KubernetesClient, directories: DirectorySource?, leases: TargetLeases, installation: Installation,
    identity: String, clock: WallClock = .system, logger: Logger, mayContinue: @escaping @Sendable () -> Bool = { true }
  ) {
    self.client = client
    self.directories = directories
    self.leases = leases
    self.installation = installation
    self.identity = identity
    self.clock = clock
    self.logger = logger
    self.mayContinue = mayContinue
  }
  /// Tells about a resource as an Event; never waits.
  func announce(_ announcement: Announcement, regarding object: CitusMigration) {
    events?.record(
      announcement.isWarning ? .warning : .normal, reason: announcement.reason, action: announcement.action,
      note: announcement.note, regarding: ObjectReference(object))
  }

  /// The metrics of a resource.
  func metrics(of key: ObjectKey) -> MigrationMetrics? {
    metrics?.migration(namespace: key.namespace ?? "", name: key.name)
  }
}
