import Promotion
import Testing

@Suite("Cycles of upstreams")
struct UpstreamCycleTests {
  @Test(
    "a way back to the start is found, and only that",
    arguments: [
      (["a": ["a"]], ["a", "a"]), (["a": ["b"], "b": ["a"]], ["a", "b", "a"]),
      (["a": ["b"], "b": ["c"], "c": ["a"]], ["a", "b", "c", "a"]),
      (["a": ["x", "b"], "b": ["c", "a"], "c": ["a"]], ["a", "b", "a"]), (["a": ["b"], "b": ["c"]], nil),
      (["a": ["b"], "b": ["c"], "c": ["b"]], nil), ([:], nil),
    ] as [([String: [String]], [String]?)])
  func find(graph: [String: [String]], expected: [String]?) {
    #expect(UpstreamCycle.find(from: "a") { graph[$0] ?? [] } == expected)
  }

  @Test("a chain without an end is given up")
  func endless() {
    #expect(UpstreamCycle.find(from: 0) { [$0 + 1] } == nil)
  }
}
