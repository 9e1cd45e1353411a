import TestSupport
import Testing

@Suite("Alerts fire when they should", .enabled(if: Promtool.isInstalled, Promtool.missing))
struct AlertTests {
  /// Series from minute 0 on, in promtool's notation, and the alerts that fire at a minute.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let series: KeyValuePairs<String, String>
    let minute: Int
    let firing: [String]

    init(_ description: String, _ series: KeyValuePairs<String, String>, minute: Int, firing: [String] = []) {
      testDescription = description
      self.series = series
      self.minute = minute
      self.firing = firing
    }
  }

  private static let ready = "whimbrel_migration_ready{namespace=\"a\",name=\"x\"}"
  private static let stalled = "whimbrel_migration_stalled{namespace=\"a\",name=\"x\"}"
  private static let suspended = "whimbrel_migration_suspended{namespace=\"a\",name=\"x\"}"
  private static let pending = "whimbrel_migration_pending{namespace=\"a\",name=\"x\"}"
  private static func requests(_ code: String) -> String {
    "rest_client_requests_total{code=\"\(code)\",method=\"GET\",host=\"h\",job=\"w\",instance=\"i\"}"
  }

  private static func webhooks(_ code: String) -> String {
    "whimbrel_webhook_requests_total{code=\"\(code)\",job=\"w\",instance=\"i\"}"
  }

  static let cases: [Case] = [
    Case(
      "ready: nothing", [ready: "1x120", stalled: "0x120", suspended: "0x120", pending: "0x120"], minute: 90),
    Case(
      "stalled: at once, and it is not called waiting", [ready: "0x120", stalled: "1x120", suspended: "0x120"],
      minute: 40, firing: ["WhimbrelStalled"]),
    Case("waiting: not at once", [ready: "0x120", stalled: "0x120", suspended: "0x120", pending: "2x120"], minute: 20),
    Case(
      "waiting for an hour", [ready: "0x120", stalled: "0x120", suspended: "0x120", pending: "2x120"], minute: 70,
      firing: ["WhimbrelNotReady", "WhimbrelPending"]),
    Case(
      "suspended: nothing, however long", [ready: "0x120", stalled: "0x120", suspended: "1x120", pending: "2x120"],
      minute: 110),
    Case(
      "a worker is missing",
      [
        "whimbrel_migration_workers_ready{namespace=\"a\",name=\"x\"}": "1x60",
        "whimbrel_migration_workers_expected{namespace=\"a\",name=\"x\"}": "2x60",
        "whimbrel_migration_cluster_ready{namespace=\"a\",name=\"x\"}": "0x60",
      ], minute: 20, firing: ["WhimbrelClusterNotReady", "WhimbrelWorkersMissing"]),
    Case(
      "drift", ["whimbrel_migration_drift{namespace=\"a\",name=\"x\"}": "0x9 1x60"], minute: 20,
      firing: ["WhimbrelDrift"]),
    Case(
      "the first failure of a resource whose counter began at 0",
      ["whimbrel_migration_failed_total{namespace=\"a\",name=\"x\"}": "0x9 1x60"], minute: 12,
      firing: ["WhimbrelMigrationFailed"]),
    Case(
      "interrupted again and again", ["whimbrel_migration_interrupted_total{namespace=\"a\",name=\"x\"}": "0+0.2x120"],
      minute: 60, firing: ["WhimbrelRunsInterrupted"]),
    Case(
      "runs wait long for the lock",
      [
        "whimbrel_migration_lock_wait_seconds_bucket{namespace=\"a\",name=\"x\",le=\"60\"}": "0x60",
        "whimbrel_migration_lock_wait_seconds_bucket{namespace=\"a\",name=\"x\",le=\"300\"}": "0+1x60",
        "whimbrel_migration_lock_wait_seconds_bucket{namespace=\"a\",name=\"x\",le=\"+Inf\"}": "0+1x60",
      ], minute: 30, firing: ["WhimbrelSlowLock"]),
    Case(
      "resources wait for a worker",
      ["workqueue_depth{name=\"citusmigration\",controller=\"citusmigration\",priority=\"0\"}": "3x60"], minute: 40,
      firing: ["WhimbrelQueueGrows"]),
    Case(
      "the queue of another controller is none of ours",
      ["workqueue_depth{name=\"pods\",controller=\"pods\",priority=\"0\"}": "3x60"], minute: 40),
    Case(
      "one look goes on for hours",
      [
        "workqueue_longest_running_processor_seconds{name=\"citusmigration\",controller=\"citusmigration\"}": "0+60x200"
      ],
      minute: 150, firing: ["WhimbrelWorkerBusy"]),
    Case(
      "requests fail", [requests("200"): "0+8x60", requests("<error>"): "0+1x60", requests("503"): "0+1x60"],
      minute: 30, firing: ["WhimbrelKubernetesErrors"]),
    Case("few requests fail", [requests("200"): "0+99x60", requests("503"): "0+1x60"], minute: 30),
    Case(
      "requests are refused", [requests("200"): "0+99x60", requests("403"): "0+1x60"], minute: 30,
      firing: ["WhimbrelKubernetesForbidden"]),
    Case(
      "metrics are dropped", ["whimbrel_metrics_dropped_total{metric=\"m\"}": "0x9 5x60"], minute: 12,
      firing: ["WhimbrelMetricsDropped"]),
    Case(
      "another installation reports", ["whimbrel_migration_contested{namespace=\"a\",name=\"x\"}": "1x60"], minute: 10,
      firing: ["WhimbrelContested"]),
    Case(
      "the definition is old for a moment, in an upgrade", ["whimbrel_definition_outdated": "0x4 1x3 0x60"], minute: 9),
    Case(
      "the definition stays old", ["whimbrel_definition_outdated": "0x4 1x60"], minute: 20,
      firing: ["WhimbrelDefinitionOutdated"]),
    Case(
      "webhooks are taken, and a replica that starts asks for one again",
      [webhooks("202"): "0+1x60", webhooks("503"): "0 1x60"], minute: 10),
    Case(
      "webhooks cannot be passed on", [webhooks("503"): "0+1x60"], minute: 20, firing: ["WhimbrelWebhooksFail"]),
    Case(
      "webhooks are signed with another secret", [webhooks("401"): "0+1x60"], minute: 20,
      firing: ["WhimbrelWebhooksRefused"]),
    Case(
      "events are dropped", ["whimbrel_events_dropped_total{instance=\"i\"}": "0x9 5x60"], minute: 12,
      firing: ["WhimbrelEventsDropped"]),
    Case(
      "no replica is scraped",
      ["leader_election_master_status{name=\"whimbrel-leader\",job=\"w\",instance=\"i\"}": "_x60"], minute: 10,
      firing: ["WhimbrelAbsent"]),
    Case(
      "no replica leads", ["leader_election_master_status{name=\"whimbrel-leader\",job=\"w\",instance=\"i\"}": "0x60"],
      minute: 5, firing: ["WhimbrelNoLeader"]),
    Case(
      "two replicas lead", ["leader_election_master_status{name=\"whimbrel-leader\",job=\"w\",instance=\"j\"}": "1x60"],
      minute: 5, firing: ["WhimbrelTwoLeaders"]),
  ]

  @Test("each case with a leader that is scraped, unless it says otherwise", arguments: cases)
  func firing(example: Case) async throws {
    let folder = try TemporaryDirectory()
    try folder.write(MonitoringFiles.rules(), to: "rules.yaml")
    let leader = "leader_election_master_status{name=\"whimbrel-leader\",job=\"w\",instance=\"i\"}"
    var series = example.series.map { ($0.key, $0.value) }
    if !series.contains(where: { $0.0 == leader }) { series.append((leader, "1x240")) }
    let inputs = series.map { "      - {series: '\($0.0)', values: '\($0.1)'}" }.joined(separator: "\n")
    let samples = example.firing.map { "{labels: '{alertname=\"\($0)\"}', value: 1}" }.joined(separator: ", ")
    let file = try folder.write(
      """
      rule_files: [rules.yaml]
      evaluation_interval: 1m
      tests:
        - interval: 1m
          input_series:
      \(inputs)
          promql_expr_test:
            - expr: count by (alertname) (ALERTS{alertstate="firing"})
              eval_time: \(example.minute)m
              exp_samples: [\(samples)]
      """, to: "test.yaml")
    let result = try await Promtool.run(["test", "rules", file])
    #expect(result.isGood, "\(result.output)")
  }

  @Test("every alert has a case in which it fires")
  func everyAlert() throws {
    let alerts = try MonitoringFiles.rules().matches(of: /alert: (\w+)/).map { String($0.1) }
    #expect(Set(Self.cases.flatMap(\.firing)) == Set(alerts))
  }
}
