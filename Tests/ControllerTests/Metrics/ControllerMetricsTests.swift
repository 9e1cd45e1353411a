import Controller
import Kubernetes
import Support
import Telemetry
import Testing

@Suite("The controller's metrics")
struct ControllerMetricsTests {
  private let registry = MetricRegistry()
  private let metrics: ControllerMetrics

  init() {
    metrics = ControllerMetrics(registry)
  }

  @Test("every definition is sound, and no name is there twice")
  func definitions() {
    #expect(ControllerMetrics.table.flatMap(\.problems) == [])
    let names = (ControllerMetrics.table + ProcessMetrics.table + [MetricRegistry.dropped]).map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test("at the start the series without unknown labels are there, at 0")
  func prepared() {
    let zeroes = samples.filter { !$0.key.contains("_bucket") }
    #expect(zeroes.values.allSatisfy { $0 == "0" })
    for result in ["success", "error", "requeue", "requeue_after"] {
      #expect(
        zeroes["controller_runtime_reconcile_total{controller=\"citusmigration\",result=\"\(result)\"}"] == "0")
    }
    for priority in ["0", "-100"] {
      let labels = "name=\"citusmigration\",controller=\"citusmigration\",priority=\"\(priority)\""
      #expect(zeroes["workqueue_depth{\(labels)}"] == "0")
    }
    #expect(!zeroes.keys.contains { $0.hasPrefix("whimbrel_migration_") || $0.hasPrefix("rest_client_") })
  }

  @Test("each method changes the metric of its name")
  func methods() {
    metrics.reconciled(result: .requeueAfter, in: .seconds(2))
    metrics.reconciled(result: .error, in: .seconds(1), isTerminal: true)
    metrics.reconciled(result: .error, in: .seconds(1))
    metrics.activeWorkers(3)
    metrics.maxConcurrentReconciles(8)
    metrics.queueDepth(5, .low)
    metrics.queueAdded()
    metrics.queueWaited(.milliseconds(250))
    metrics.workDuration(.milliseconds(1500))
    metrics.unfinishedWork(.seconds(4))
    metrics.longestRunning(.milliseconds(3500))
    metrics.retried()
    for retries in 0...2 {
      let code = retries == 2 ? "200" : "503"
      metrics.requested(.init(verb: "GET", host: "api:6443", code: code, duration: .milliseconds(10), retries: retries))
    }
    metrics.leading(true, lease: "whimbrel-leader")
    let controller = "controller=\"citusmigration\""
    let queue = "name=\"citusmigration\",controller=\"citusmigration\""
    expect([
      "controller_runtime_reconcile_total{\(controller),result=\"requeue_after\"}": "1",
      "controller_runtime_reconcile_total{\(controller),result=\"error\"}": "2",
      "controller_runtime_reconcile_errors_total{\(controller)}": "2",
      "controller_runtime_terminal_reconcile_errors_total{\(controller)}": "1",
      "controller_runtime_reconcile_panics_total{\(controller)}": "0",
      "controller_runtime_reconcile_time_seconds_sum{\(controller)}": "4",
      "controller_runtime_reconcile_time_seconds_count{\(controller)}": "3",
      "controller_runtime_active_workers{\(controller)}": "3",
      "controller_runtime_max_concurrent_reconciles{\(controller)}": "8",
      "workqueue_depth{\(queue),priority=\"-100\"}": "5",
      "workqueue_adds_total{\(queue)}": "1",
      "workqueue_queue_duration_seconds_sum{\(queue)}": "0.25",
      "workqueue_work_duration_seconds_sum{\(queue)}": "1.5",
      "workqueue_unfinished_work_seconds{\(queue)}": "4",
      "workqueue_longest_running_processor_seconds{\(queue)}": "3.5",
      "workqueue_retries_total{\(queue)}": "1",
      "rest_client_requests_total{code=\"200\",method=\"GET\",host=\"api:6443\"}": "1",
      "rest_client_requests_total{code=\"503\",method=\"GET\",host=\"api:6443\"}": "2",
      "rest_client_request_duration_seconds_count{verb=\"GET\",host=\"api:6443\"}": "3",
      "rest_client_request_retries_total{code=\"503\",verb=\"GET\",host=\"api:6443\"}": "1",
      "rest_client_request_retries_total{code=\"200\",verb=\"GET\",host=\"api:6443\"}": "1",
      "leader_election_master_status{name=\"whimbrel-leader\"}": "1",
    ])
  }

  @Test("each method of a resource changes the metric of its name")
  func resourceMethods() {
    record(namespace: "a", name: "x")
    let labels = "{namespace=\"a\",name=\"x\"}"
    expect([
      "whimbrel_migration_ready\(labels)": "1", "whimbrel_migration_stalled\(labels)": "0",
      "whimbrel_migration_suspended\(labels)": "1", "whimbrel_migration_pending\(labels)": "3",
      "whimbrel_migration_cluster_ready\(labels)": "1",
      "whimbrel_migration_workers_ready\(labels)": "1", "whimbrel_migration_workers_expected\(labels)": "2",
      "whimbrel_migration_drift\(labels)": "0",
      "whimbrel_migration_last_success_timestamp_seconds\(labels)": "1700000000.5",
      "whimbrel_migration_applied_total\(labels)": "1", "whimbrel_migration_failed_total\(labels)": "1",
      "whimbrel_migration_interrupted_total\(labels)": "1", "whimbrel_migration_resumed_total\(labels)": "1",
      "whimbrel_migration_holders_ended_total\(labels)": "1",
      "whimbrel_migration_duration_seconds_sum\(labels)": "3",
      "whimbrel_migration_duration_seconds_count\(labels)": "2",
      "whimbrel_migration_lock_wait_seconds_sum\(labels)": "0.5",
    ])
  }

  @Test("what is not known has no series: workers that nobody could ask, drift")
  func unknown() {
    record(namespace: "a", name: "x")
    let migration = metrics.migration(namespace: "a", name: "x")
    migration.workers(ready: nil, expected: 2)
    migration.drift(nil)
    #expect(!samples.keys.contains { $0.contains("workers_ready") || $0.contains("drift") })
    #expect(samples["whimbrel_migration_workers_expected{namespace=\"a\",name=\"x\"}"] == "2")
  }

  @Test("a resource that is gone leaves no series, and the others stay")
  func forgetting() {
    record(namespace: "a", name: "x")
    record(namespace: "a", name: "y")
    record(namespace: "b", name: "x")
    let before = samples.keys.filter { $0.contains("whimbrel_migration_") }.count
    metrics.forget(namespace: "a", name: "x")
    let after = samples.keys.filter { $0.contains("whimbrel_migration_") }
    #expect(!after.contains { $0.contains("{namespace=\"a\",name=\"x\"") })
    #expect(after.count == before / 3 * 2)
  }

  @Test("what the terms of several shards measure is added up, and goes with them")
  func shards() {
    let (one, two) = (metrics.term(lease: "one"), metrics.term(lease: "two"))
    for (term, lease, count) in [(one, "one", 3), (two, "two", 4)] {
      term.leading(true, lease: lease)
      term.activeWorkers(count)
      term.queueDepth(count, .low)
      term.onReading("workqueue") {
        term.unfinishedWork(.seconds(count))
        term.longestRunning(.seconds(count))
      }
    }
    record(namespace: "a", name: "x")
    let queue = "name=\"citusmigration\",controller=\"citusmigration\""
    let active = "controller_runtime_active_workers{controller=\"citusmigration\"}"
    #expect(samples[active] == "7" && samples["workqueue_depth{\(queue),priority=\"-100\"}"] == "7")
    #expect(samples["workqueue_unfinished_work_seconds{\(queue)}"] == "7")
    #expect(samples["workqueue_longest_running_processor_seconds{\(queue)}"] == "4")
    two.onReading("workqueue", nil)
    two.leading(false, lease: "two")
    one.activeWorkers(2)
    #expect(samples[active] == "2" && samples.keys.contains { $0.hasPrefix("whimbrel_migration_") })
    #expect(samples["leader_election_master_status{name=\"one\"}"] == "1")
    one.onReading("workqueue", nil)
    one.leading(false, lease: "one")
    #expect(samples[active] == "0" && !samples.keys.contains { $0.hasPrefix("whimbrel_migration_") })
  }

  @Test("who no longer leads has no series of resources and an idle queue")
  func resigning() {
    metrics.leading(true, lease: "whimbrel-leader")
    record(namespace: "a", name: "x")
    metrics.activeWorkers(3)
    metrics.queueDepth(5, .normal)
    metrics.longestRunning(.seconds(5))
    metrics.leading(false, lease: "whimbrel-leader")
    #expect(!samples.keys.contains { $0.hasPrefix("whimbrel_migration_") })
    #expect(samples["leader_election_master_status{name=\"whimbrel-leader\"}"] == "0")
    #expect(samples["controller_runtime_active_workers{controller=\"citusmigration\"}"] == "0")
    let queue = "name=\"citusmigration\",controller=\"citusmigration\""
    #expect(samples["workqueue_depth{\(queue),priority=\"0\"}"] == "0")
    #expect(samples["workqueue_longest_running_processor_seconds{\(queue)}"] == "0")
  }

  private func record(namespace: String, name: String) {
    let migration = metrics.migration(namespace: namespace, name: name)
    migration.conditions(isReady: true, isStalled: false, isSuspended: true)
    migration.pending(3)
    migration.clusterReady(true)
    migration.workers(ready: 1, expected: 2)
    migration.drift(false)
    migration.succeeded(at: Timestamp(microseconds: 1_700_000_000_500_000))
    migration.applied(in: .seconds(1))
    migration.failed(in: .seconds(2))
    migration.waitedForLock(.milliseconds(500))
    migration.interrupted()
    migration.resumed()
    migration.endedHolder()
  }

  private func expect(_ expected: [String: String]) {
    let samples = samples
    for (series, value) in expected { #expect(samples[series] == value, "\(series)") }
  }

  private var samples: [String: String] {
    let lines = registry.read().joined().split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(
      lines.compactMap { line in
        line.lastIndex(of: " ").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
      }, uniquingKeysWith: { first, _ in first })
  }
}
