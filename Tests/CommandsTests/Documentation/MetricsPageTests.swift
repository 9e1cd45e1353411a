import Controller
import Telemetry
import TestSupport
import Testing

@Suite("docs/metrics.md")
struct MetricsPageTests {
  private let page = (try? TextFile.read(Checkout.path + "/docs/metrics.md")) ?? ""

  @Test("it holds the tables of metrics as they are")
  func tables() {
    for definitions in [ControllerMetrics.table + [MetricRegistry.dropped], ProcessMetrics.table] {
      let table = Self.table(definitions)
      #expect(page.contains(table), "put this there:\n\(table)")
    }
  }

  @Test("it names no other metric")
  func names() {
    for match in page.matches(of: /`([a-z]+_[a-z_]+)`/) {
      let name = String(match.1)
      let prefixes = ["whimbrel_", "workqueue_", "controller_runtime_", "rest_client_", "leader_election_", "process_"]
      guard prefixes.contains(where: { name.hasPrefix($0) }) else { continue }
      #expect(KnownMetrics.definitions.contains { $0.name == name }, "\(name)")
    }
  }

  @Test("it names the alerts, each with its severity")
  func alerts() throws {
    let file = try TextFile.read(Checkout.path + "/manifests/monitoring/alerts.yaml")
    for match in file.matches(of: /alert: (\w+)/) { #expect(page.contains("`\(match.1)`"), "\(match.1)") }
    for match in page.matches(of: /`(Whimbrel\w+)`/) { #expect(file.contains("alert: \(match.1)\n"), "\(match.1)") }
  }

  private static func table(_ definitions: [MetricDefinition]) -> String {
    let rows = definitions.map { definition in
      let labels = definition.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(definition.name)` | \(definition.kind.rawValue) | \(labels) | \(definition.help) |"
    }
    return (["| metric | type | labels | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
  }
}
