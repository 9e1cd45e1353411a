import Controller
import Telemetry
import TestSupport
import Testing
import YAML

@testable import Commands

@Suite("manifests/monitoring")
struct MonitoringFilesTests {
  private struct Rule: Decodable {
    var alert: String
    var expr: String
    var labels: [String: String]
    var annotations: [String: String]
  }

  private struct RuleFile: Decodable {
    struct Spec: Decodable {
      struct Group: Decodable {
        var name: String
        var rules: [Rule]
      }
      var groups: [Group]
    }
    var spec: Spec
  }

  private struct Dashboard: Decodable {
    struct Panel: Decodable {
      struct Target: Decodable {
        var expr: String
        var legendFormat: String
      }
      var id: Int
      var title: String
      var type: String
      var targets: [Target]?
    }
    struct Templating: Decodable {
      struct Variable: Decodable {
        var name: String
        var definition: String?
      }
      var list: [Variable]
    }
    var panels: [Panel]
    var templating: Templating
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value {
    try YAMLDecoder().decode(type, from: Array(MonitoringFiles.read(file).utf8))
  }

  @Test("every alert uses metrics and labels that there are, and says what it found and what to do")
  func alerts() throws {
    let rules = try read(RuleFile.self, "alerts.yaml").spec.groups.flatMap(\.rules)
    #expect(rules.count >= 15)
    #expect(Set(rules.map(\.alert)).count == rules.count)
    for rule in rules {
      #expect(KnownMetrics.problems(of: rule.expr) == [], "\(rule.alert)")
      #expect(["critical", "warning", "info"].contains(rule.labels["severity"]), "\(rule.alert)")
      #expect(Set(rule.annotations.keys) == ["summary", "description"], "\(rule.alert)")
      let known = PrometheusQuery(rule.expr).selectors.reduce(into: Set<String>()) {
        $0.formUnion(KnownMetrics.labels(of: $1.metric) ?? [])
      }
      for text in rule.annotations.values {
        for use in text.matches(of: /\$labels\.(\w+)/) {
          #expect(known.contains(String(use.1)), "\(rule.alert): $labels.\(use.1)")
        }
      }
    }
  }

  @Test("every panel of the dashboard uses metrics and labels that there are")
  func dashboard() throws {
    let dashboard = try read(Dashboard.self, "dashboard.json")
    #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
    #expect(dashboard.panels.count(where: { $0.type != "row" }) >= 20)
    let variables = Set(dashboard.templating.list.map(\.name))
    for panel in dashboard.panels where panel.type != "row" {
      let targets = try #require(panel.targets, "\(panel.title)")
      for target in targets {
        #expect(KnownMetrics.problems(of: target.expr) == [], "\(panel.title): \(target.expr)")
        for use in target.expr.matches(of: /\$(\w+)/) where use.1 != "__rate_interval" {
          #expect(variables.contains(String(use.1)), "\(panel.title): $\(use.1)")
        }
        let known = PrometheusQuery(target.expr).selectors.compactMap { KnownMetrics.labels(of: $0.metric) }
        for use in target.legendFormat.matches(of: /\{\{(\w+)\}\}/) {
          #expect(known.contains { $0.contains(String(use.1)) }, "\(panel.title): \(use.1)")
        }
      }
    }
  }

  @Test("the dashboard's variables are values of labels that there are")
  func variables() throws {
    let queries = try read(Dashboard.self, "dashboard.json").templating.list.compactMap(\.definition)
    #expect(queries.count == 2)
    for query in queries {
      let parts = try #require(query.wholeMatch(of: /label_values\((\w+), (\w+)\)/), "\(query)")
      #expect(KnownMetrics.labels(of: String(parts.1))?.contains(String(parts.2)) == true, "\(query)")
    }
  }

  @Test("the default name of the election's Lease is that of the alerts")
  func election() throws {
    let text = try MonitoringFiles.read("alerts.yaml")
    // With shards each has a Lease of its own.
    #expect(text.contains("{name=~\"\(ElectionOptions.standardName)(-shard-.+)?\"}"))
    let layout = ShardLayout(election: ElectionOptions.standardName, count: 7)
    #expect(layout.leaseName(ofShard: 3).wholeMatch(of: /whimbrel-leader(-shard-.+)?/) != nil)
    #expect(text.contains("name=\"\(ControllerMetrics.controller)\""))
  }

  @Test("promtool finds nothing wrong with the alerts", .enabled(if: Promtool.isInstalled, Promtool.missing))
  func promtool() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write(MonitoringFiles.rules(), to: "rules.yaml")
    let result = try await Promtool.run(["check", "rules", file])
    #expect(result.isGood && result.output.contains("SUCCESS: "), "\(result.output)")
  }

  @Test("promtool reads every metric and finds no fault", .enabled(if: Promtool.isInstalled, Promtool.missing))
  func metrics() async throws {
    let text = Self.everyMetric()
    for definition in KnownMetrics.definitions { #expect(text.contains("# TYPE \(definition.name) ")) }
    let result = try await Promtool.run(["check", "metrics"], input: text)
    #expect(result.isGood && result.output.isEmpty, "\(result.output)")
  }

  /// The text of a registry in which every metric has a series.
  private static func everyMetric() -> String {
    let registry = MetricRegistry()
    ProcessMetrics.add(to: registry)
    _ = ControllerMetrics(registry)
    for definition in ControllerMetrics.table + [MetricRegistry.dropped] {
      let values = definition.labels.map { "a \"\($0)\" \\ \n" }
      switch definition.kind {
      case .counter: registry.counter(definition).increment(values)
      case .gauge: registry.gauge(definition).set(0.5, values)
      case .histogram: registry.histogram(definition).observe(.milliseconds(20), values)
      }
    }
    return registry.read().joined()
  }
}
