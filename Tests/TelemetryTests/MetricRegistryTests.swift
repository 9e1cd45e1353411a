import Telemetry
import Testing

@Suite("The registry of metrics")
struct MetricRegistryTests {
  private let registry = MetricRegistry()

  @Test("beyond the limit no new series is kept, the known ones go on, and the loss is counted")
  func limit() {
    let counter = registry.counter(
      MetricDefinition("things_total", .counter, labels: ["name"], limit: 2, help: "Things."))
    for name in ["a", "b", "c", "d", "a"] { counter.increment([name]) }
    let text = registry.read().joined()
    #expect(text.contains("things_total{name=\"a\"} 2\n"))
    #expect(text.contains("things_total{name=\"b\"} 1\n"))
    #expect(!text.contains("name=\"c\""))
    #expect(text.contains("whimbrel_metrics_dropped_total{metric=\"things_total\"} 2\n"))
    counter.remove(["b"])
    counter.increment(["c"])
    #expect(registry.read().joined().contains("things_total{name=\"c\"} 1\n"))
  }

  @Test("a long label value is cut")
  func longValue() {
    registry.gauge(MetricDefinition("value", .gauge, labels: ["name"], help: "V.")).set(
      1, [String(repeating: "x", count: 10000)])
    #expect(registry.read().joined().utf8.count < 400)
  }

  @Test("removing by the first label values removes just those series")
  func removal() {
    let gauge = registry.gauge(MetricDefinition("value", .gauge, labels: ["namespace", "name"], help: "V."))
    for labels in [["a", "x"], ["a", "y"], ["b", "x"]] { gauge.set(1, labels) }
    gauge.remove(["a", "y"])
    #expect(lines("value{") == ["value{namespace=\"a\",name=\"x\"} 1", "value{namespace=\"b\",name=\"x\"} 1"])
    gauge.remove(["a"])
    #expect(lines("value{") == ["value{namespace=\"b\",name=\"x\"} 1"])
    gauge.remove()
    #expect(registry.read().isEmpty)
  }

  @Test("a counter ignores what would make it smaller or spoil it")
  func counterGrowsOnly() {
    let counter = registry.counter(MetricDefinition("things_total", .counter, help: "Things."))
    counter.prepare()
    for amount in [-1.0, .nan, .infinity, 2] { counter.increment(by: amount) }
    #expect(lines("things_total") == ["things_total 2"])
  }

  @Test("what is collected is read anew each time, and a second closure takes the place of the first")
  func collecting() {
    let gauge = registry.gauge(MetricDefinition("value", .gauge, help: "V."))
    registry.collect("one") { gauge.set(1) }
    #expect(lines("value") == ["value 1"])
    registry.collect("one") { gauge.set(2) }
    #expect(lines("value") == ["value 2"])
    registry.collect("one", nil)
    gauge.set(3)
    #expect(lines("value") == ["value 3"])
  }

  @Test("two handles of one definition share its series")
  func sharing() {
    let definition = MetricDefinition("things_total", .counter, help: "Things.")
    registry.counter(definition).increment()
    registry.counter(definition).increment()
    #expect(lines("things_total") == ["things_total 2"])
  }

  @Test("changes of many tasks at once are all counted")
  func concurrency() async {
    let counter = registry.counter(MetricDefinition("things_total", .counter, labels: ["name"], help: "Things."))
    let histogram = registry.histogram(MetricDefinition("work", .histogram, buckets: [1], help: "Work."))
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<500 {
            counter.increment(["\(task % 2)"])
            histogram.observe(.milliseconds(1))
          }
        }
      }
      group.addTask { for _ in 0..<20 { _ = registry.read() } }
    }
    #expect(lines("things_total") == ["things_total{name=\"0\"} 2000", "things_total{name=\"1\"} 2000"])
    #expect(lines("work_count") == ["work_count 4000"])
  }

  private func lines(_ prefix: String) -> [Substring] {
    registry.read().joined().split(separator: "\n").filter { $0.hasPrefix(prefix) }
  }
}
