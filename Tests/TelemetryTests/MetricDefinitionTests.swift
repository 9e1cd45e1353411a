import Telemetry
import Testing

@Suite("Definitions of metrics")
struct MetricDefinitionTests {
  @Test(
    "what Prometheus' data model does not allow is named",
    arguments: [
      (MetricDefinition("things_total", .counter, labels: ["a", "b_1"], help: "T."), nil),
      (MetricDefinition("rule:things", .gauge, help: "T."), nil),
      (MetricDefinition("seconds", .histogram, buckets: [1, 2], help: "T."), nil),
      (MetricDefinition("1_total", .counter, help: "T."), "1_total: not a name of a metric"),
      (MetricDefinition("", .gauge, help: "T."), ": not a name of a metric"),
      (MetricDefinition("a-b", .gauge, help: "T."), "a-b: not a name of a metric"),
      (MetricDefinition("a", .gauge, labels: ["b:c"], help: "T."), "a: b:c is not a name of a label"),
      (MetricDefinition("a", .gauge, labels: ["__b"], help: "T."), "a: __b is not a name of a label"),
      (MetricDefinition("a", .gauge, labels: ["b", "b"], help: "T."), "a: a label twice"),
      (MetricDefinition("a", .histogram, labels: ["le"], buckets: [1], help: "T."), "a: le is a histogram's own label"),
      (MetricDefinition("things", .counter, help: "T."), "things: a counter ends in _total"),
      (MetricDefinition("a", .histogram, help: "T."), "a: buckets must be ascending and finite"),
      (MetricDefinition("a", .histogram, buckets: [2, 1], help: "T."), "a: buckets must be ascending and finite"),
      (MetricDefinition("a", .histogram, buckets: [1, 1], help: "T."), "a: buckets must be ascending and finite"),
      (
        MetricDefinition("a", .histogram, buckets: [1, .infinity], help: "T."),
        "a: buckets must be ascending and finite"
      ),
      (MetricDefinition("a", .gauge, buckets: [1], help: "T."), "a: only a histogram has buckets"),
      (MetricDefinition("a", .gauge, help: ""), "a: no help"),
      (MetricDefinition("a", .gauge, limit: 0, help: "T."), "a: a limit below 1"),
    ] as [(MetricDefinition, String?)])
  func problems(definition: MetricDefinition, problem: String?) {
    #expect(definition.problems == [problem].compactMap(\.self))
  }

  @Test("the definitions of the process and of the registry itself are sound")
  func ownDefinitions() {
    #expect((ProcessMetrics.table + [MetricRegistry.dropped]).flatMap(\.problems) == [])
  }
}
