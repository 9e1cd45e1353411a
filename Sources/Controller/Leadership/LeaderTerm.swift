internal import Kubernetes
internal import Support

/// What a replica does while it leads: it works through the queue.
///
/// Everything that remembers is made anew for each term, so that nothing of an earlier one, which another leader may have
/// made wrong meanwhile, is ever acted on: queue, waiting times, statuses that were written, groups.
final class LeaderTerm: Sendable {
  let queue: WorkQueue
  private let reconciler: Reconciler
  private let targets: TargetGroups
  private let sessions: IdleSessions

  /// A term that does nothing yet.
  ///
  /// - Parameters:
  ///   - allowance: what the terms of one process share.
  ///   - context: what reconciles work with in this term.
  ///   - lookup: finds a resource by its key.
  init(
    limits: WorkLimits, allowance: WorkAllowance, context: ReconcileContext, metrics: ControllerMetrics?,
    lookup: @escaping @Sendable (ObjectKey) -> CitusMigration?
  ) {
    let targets = context.targets
    queue = WorkQueue(limits: limits, allowance: allowance, metrics: metrics) { targets[$0] }
    self.targets = targets
    sessions = context.sessions
    reconciler = Reconciler(context: context, lookup: lookup)
  }

  /// Works until `stop`, or until the task is cancelled, which cancels what runs; returns when that has ended.
  func run() async {
    await withTaskGroup(of: Void.self) { [queue, reconciler, sessions] group in
      group.addTask { await sessions.run() }
      await queue.run { key in await reconciler.reconcile(key) }
      group.cancelAll()
    }
  }

  /// Starts nothing more.
  func stop() {
    queue.stop()
  }

  /// Has all resources looked at: at first those that are not known to be all right, such as one whose run an earlier
  /// leader did not end.
  func begin(with resources: [ObjectKey: CitusMigration]) {
    let settled = Set(resources.lazy.filter { Self.isSettled($0.value) }.map(\.key))
    queue.add(resources.keys.lazy.filter { !settled.contains($0) })
    queue.add(settled, priority: .low)
  }

  /// Takes in that a resource has changed: what does not wait for the next look.
  func notice(_ object: CitusMigration) {
    reconciler.notice(object)
  }

  /// Does what a change asks for.
  func handle(_ effect: ResourceView.Effect) {
    switch effect {
    case .none: break
    case .look(let keys): queue.add(keys)
    case .replaced(let key):
      reconciler.cancel(key)
      queue.add(key)
    case .gone(let key):
      queue.remove(key)
      reconciler.cancel(key)
      targets[key] = nil
    }
  }

  /// Whether the status says, for the resource as it is, that everything is applied, or that it is held back.
  static func isSettled(_ object: CitusMigration) -> Bool {
    guard let status = object.status, status.observedGeneration == object.metadata.generation else { return false }
    return status.condition(.ready)?.status == "True" || object.spec?.suspend == true
  }
}
