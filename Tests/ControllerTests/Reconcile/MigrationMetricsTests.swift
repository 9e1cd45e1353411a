@testable import Controller
import MigrationCore
@testable import MigrationEngine
import Support
import Telemetry
import Testing

@Suite("What a look and a run add to the metrics")
struct MigrationMetricsTests {
  private let registry = MetricRegistry()

  private func status(_ verdict: Verdict, _ observation: Observation = Observation()) -> CitusMigrationStatus {
    StatusReport(generation: 3, handledReconcileAt: nil, previous: nil, now: Samples.now).status(verdict, observation)
  }

  private func lines(_ name: String) -> [String] {
    registry.read().flatMap { $0.split(separator: "\n") }.map { String($0) }.filter { $0.hasPrefix(name) }
  }

  @Test("a status shows Ready, Stalled, what is pending, and the workers")
  func status() {
    let metrics = ControllerMetrics(registry).migration(namespace: "dev", name: "app")
    var observation = Observation()
    observation.cluster = Samples.fullStatus().cluster
    observation.clusterMessage = "ready"
    observation.plan = PlanObservation(plan: Samples.plan(versions: 1..<4), history: [], target: "t")
    metrics.show(status(.stalled(.migrationFailed, summary: "s", message: "m"), observation), workersExpected: 2)
    let labels = #"{namespace="dev",name="app"}"#
    #expect(lines("whimbrel_migration_ready{") == ["whimbrel_migration_ready\(labels) 0"])
    #expect(lines("whimbrel_migration_stalled{") == ["whimbrel_migration_stalled\(labels) 1"])
    #expect(lines("whimbrel_migration_pending{") == ["whimbrel_migration_pending\(labels) 3"])
    #expect(lines("whimbrel_migration_cluster_ready{") == ["whimbrel_migration_cluster_ready\(labels) 1"])
    #expect(lines("whimbrel_migration_workers_ready{") == ["whimbrel_migration_workers_ready\(labels) 1"])
    #expect(lines("whimbrel_migration_workers_expected{") == ["whimbrel_migration_workers_expected\(labels) 2"])
    metrics.show(status(.applied), workersExpected: 2)
    #expect(lines("whimbrel_migration_ready{") == ["whimbrel_migration_ready\(labels) 1"])
    #expect(lines("whimbrel_migration_stalled{") == ["whimbrel_migration_stalled\(labels) 0"])
  }

  @Test("a run counts what it applied, failed, resumed, and how long it waited")
  func run() {
    let metrics = ControllerMetrics(registry).migration(namespace: "dev", name: "app")
    let step = Samples.plan(versions: 1..<2).steps[0]
    let holder = LockHolder(pid: 1, application: nil, address: nil, since: nil, query: nil)
    let events: [RunEvent] = [
      .locked(waited: .milliseconds(20)), .endingHolder(holder), .resuming(step, done: 1), .started(step),
      .applied(step, milliseconds: 1500), .started(step), .failed(step, Samples.failure()),
    ]
    for event in events { metrics.count(event, elapsed: .seconds(2)) }
    let labels = #"{namespace="dev",name="app"}"#
    for name in ["applied_total", "failed_total", "resumed_total", "holders_ended_total", "lock_wait_seconds_count"] {
      #expect(lines("whimbrel_migration_\(name)") == ["whimbrel_migration_\(name)\(labels) 1"])
    }
    #expect(
      lines("whimbrel_migration_duration_seconds_sum") == ["whimbrel_migration_duration_seconds_sum\(labels) 3.5"])
  }

  @Test(
    "each verdict has controller-runtime's word",
    arguments: [
      (Verdict.applied, .success), (.suspended, .success), (.repaired(message: "m"), .requeue),
      (.waiting(.databaseLocked, summary: "s", message: "m"), .requeueAfter),
      (.stalled(.invalidSpec, summary: "s", message: "m"), .error),
    ] as [(Verdict, ControllerMetrics.ReconcileResult)])
  func result(verdict: Verdict, result: ControllerMetrics.ReconcileResult) {
    #expect(verdict.result == result)
  }
}
