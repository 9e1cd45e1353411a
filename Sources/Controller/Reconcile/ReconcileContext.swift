internal import Kubernetes
internal import Logging
internal import MigrationSources
internal import Support

/// What every reconcile works with.
struct ReconcileContext: Sendable {
  var client: KubernetesClient
  /// Where directory sources are read from; nil when the controller has no migrations root.
  var directories: DirectorySource?
  var leases: TargetLeases
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
  /// Tells about a resource as an Event; it must not block.
  var announce: @Sendable (Announcement, ObjectReference) -> Void = { _, _ in }

  /// Makes a context.
  init(
    client: KubernetesClient, directories: DirectorySource?, leases: TargetLeases, identity: String,
    clock: WallClock = .system, logger: Logger, mayContinue: @escaping @Sendable () -> Bool = { true }
  ) {
    self.client = client
    self.directories = directories
    self.leases = leases
    self.identity = identity
    self.clock = clock
    self.logger = logger
    self.mayContinue = mayContinue
  }
}
