import Telemetry
import Testing

@Suite("Prometheus' text format")
struct MetricTextTests {
  private let registry = MetricRegistry()

  @Test("a counter has HELP, TYPE and a line for each label set, in the order of the values")
  func counter() {
    let counter = registry.counter(
      MetricDefinition("requests_total", .counter, labels: ["code", "host"], help: "Requests."))
    counter.increment(["500", "a"])
    counter.increment(["200", "b"], by: 2)
    counter.increment(["200", "a"], by: 0.5)
    #expect(
      registry.read() == [
        """
        # HELP requests_total Requests.
        # TYPE requests_total counter
        requests_total{code="200",host="a"} 0.5
        requests_total{code="200",host="b"} 2
        requests_total{code="500",host="a"} 1

        """
      ])
  }

  @Test("a histogram's buckets are cumulated, and an observation on a bound is within it")
  func histogram() {
    let histogram = registry.histogram(
      MetricDefinition("work_seconds", .histogram, labels: ["name"], buckets: [0.1, 1, 10], help: "Work."))
    for milliseconds in [50, 100, 101, 1000, 9000, 60000] { histogram.observe(.milliseconds(milliseconds), ["q"]) }
    #expect(
      registry.read() == [
        """
        # HELP work_seconds Work.
        # TYPE work_seconds histogram
        work_seconds_bucket{name="q",le="0.1"} 2
        work_seconds_bucket{name="q",le="1"} 4
        work_seconds_bucket{name="q",le="10"} 5
        work_seconds_bucket{name="q",le="+Inf"} 6
        work_seconds_sum{name="q"} 70.251
        work_seconds_count{name="q"} 6

        """
      ])
  }

  @Test(
    "numbers are spelled as Go reads them",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-3.0, "-3"), (0.25, "0.25"), (1e-08, "1e-08"),
      (1_763_855_999.5, "1763855999.5"),
      (1e15, "1000000000000000"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ] as [(Double, String)])
  func numbers(value: Double, text: String) {
    registry.gauge(MetricDefinition("value", .gauge, help: "Value.")).set(value)
    #expect(registry.read() == ["# HELP value Value.\n# TYPE value gauge\nvalue \(text)\n"])
  }

  @Test("backslash, line feed and quotes are escaped in label values, and the first two in HELP")
  func escaping() {
    let gauge = registry.gauge(MetricDefinition("value", .gauge, labels: ["a"], help: "A \\ \"b\"\nc"))
    gauge.set(1, ["x\\y\"z\"\nü"])
    #expect(
      registry.read() == [
        #"# HELP value A \\ "b"\nc"# + "\n# TYPE value gauge\n" + #"value{a="x\\y\"z\"\nü"} 1"# + "\n"
      ])
  }

  @Test("metrics come by name, and one without series does not show")
  func order() {
    let late = registry.gauge(MetricDefinition("b", .gauge, help: "B."))
    let early = registry.gauge(MetricDefinition("a", .gauge, help: "A."))
    _ = registry.gauge(MetricDefinition("c", .gauge, help: "C."))
    late.set(1)
    early.set(1)
    #expect(registry.read().map { $0.prefix(9) } == ["# HELP a ", "# HELP b "])
  }
}
