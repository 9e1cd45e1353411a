import Controller
import Telemetry

/// Every series that the controller can show, by name.
enum KnownMetrics {
  /// What a scrape adds to every series.
  static let scrapeLabels: Set<String> = ["job", "instance"]

  static let definitions = ControllerMetrics.table + ProcessMetrics.table + [MetricRegistry.dropped]

  /// The labels of the series with this name, with those of a scrape; nil if there is none.
  static func labels(of series: String) -> Set<String>? {
    for definition in definitions {
      let labels = scrapeLabels.union(definition.labels)
      if definition.kind != .histogram, definition.name == series { return labels }
      if definition.kind == .histogram {
        if series == definition.name + "_bucket" { return labels.union(["le"]) }
        if series == definition.name + "_sum" || series == definition.name + "_count" { return labels }
      }
    }
    return nil
  }

  /// What an expression says that no series has.
  static func problems(of expression: String) -> [String] {
    let query = PrometheusQuery(expression)
    var problems: [String] = []
    var all: Set<String> = []
    for selector in query.selectors {
      guard let labels = labels(of: selector.metric) else {
        problems.append("no metric \(selector.metric)")
        continue
      }
      all.formUnion(labels)
      problems += selector.labels.filter { !labels.contains($0) }.map { "\(selector.metric) has no label \($0)" }
    }
    problems += query.grouping.filter { !all.contains($0) }.map { "no metric of it has a label \($0)" }
    return query.selectors.isEmpty ? ["no metric in \(expression)"] : problems
  }
}
