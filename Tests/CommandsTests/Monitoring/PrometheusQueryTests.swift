import Testing

@Suite("Names in PromQL")
struct PrometheusQueryTests {
  @Test(
    "metrics, their labels and the labels of groups are found; functions, texts and durations are not",
    arguments: [
      ("a_total", ["a_total"], [], []),
      (#"a{b="c", d=~"e{f}|g", h!="i\"j"} > 1e3"#, ["a"], ["b", "d", "h"], []),
      (
        "sum by (x, y) (rate(a:b[5m])) / sum without (z) (rate(c_total[1h] offset 2d))", ["a:b", "c_total"], [],
        ["x", "y", "z"]
      ),
      ("a and on (n) b unless ignoring (m) c or d", ["a", "b", "c", "d"], [], ["n", "m"]),
      ("a * on (n) group_left (v) b == bool 1", ["a", "b"], [], ["n", "v"]),
      (
        #"histogram_quantile(0.5, sum by (le) (rate(a_bucket{n=~"$v"}[$__rate_interval])))"#, ["a_bucket"], ["n"],
        ["le"]
      ),
      ("vector(0) + time() - absent(a)", ["a"], [], []),
    ] as [(String, [String], [String], [String])])
  func names(text: String, metrics: [String], labels: [String], grouping: [String]) {
    let query = PrometheusQuery(text)
    #expect(query.selectors.map(\.metric) == metrics)
    #expect(query.selectors.flatMap(\.labels) == labels)
    #expect(query.grouping == grouping)
  }
}
