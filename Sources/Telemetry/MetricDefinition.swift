/// What a metric is called and what it means: all series of one metric share it.
package struct MetricDefinition: Sendable, Hashable {
  /// The kinds of the Prometheus text format 0.0.4 that are used here.
  package enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  /// The name, without the suffixes `_bucket`, `_sum` and `_count` of a histogram's series.
  package let name: String
  package let kind: Kind
  /// The names of the labels, in the order in which their values are given; without a histogram's own `le`.
  package let labels: [String]
  /// One sentence for people.
  package let help: String
  /// Upper bounds of a histogram's buckets, ascending and finite; the one at infinity goes without saying.
  package let buckets: [Double]
  /// How many label sets the metric may have; further ones are counted as dropped and not kept.
  package let limit: Int

  /// Describes a metric.
  package init(
    _ name: String, _ kind: Kind, labels: [String] = [], buckets: [Double] = [], limit: Int = 1000, help: String
  ) {
    self.name = name
    self.kind = kind
    self.labels = labels
    self.buckets = buckets
    self.limit = limit
    self.help = help
  }

  /// What is wrong with the definition, by the rules of Prometheus' data model; empty if nothing is.
  package var problems: [String] {
    var problems: [String] = []
    if !Self.isName(name, allowingColon: true) { problems.append("\(name): not a name of a metric") }
    for label in labels where !Self.isName(label, allowingColon: false) || label.hasPrefix("__") {
      problems.append("\(name): \(label) is not a name of a label")
    }
    if Set(labels).count != labels.count { problems.append("\(name): a label twice") }
    if labels.contains("le") { problems.append("\(name): le is a histogram's own label") }
    if help.isEmpty { problems.append("\(name): no help") }
    if limit < 1 { problems.append("\(name): a limit below 1") }
    switch kind {
    case .counter where !name.hasSuffix("_total"): problems.append("\(name): a counter ends in _total")
    case .histogram where buckets.isEmpty || buckets != Set(buckets).sorted() || !buckets.allSatisfy(\.isFinite):
      problems.append("\(name): buckets must be ascending and finite")
    case .counter, .gauge: if !buckets.isEmpty { problems.append("\(name): only a histogram has buckets") }
    case .histogram: break
    }
    return problems
  }

  private static func isName(_ text: String, allowingColon: Bool) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
        || allowingColon && byte == UInt8(ascii: ":")
    }
  }
}
