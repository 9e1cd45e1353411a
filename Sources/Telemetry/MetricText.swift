/// Prometheus' text format 0.0.4.
enum MetricText {
  /// HELP, TYPE and the series of a metric, in the order of their label values; nothing for a metric without series.
  static func text(_ definition: MetricDefinition, _ series: [[String]: MetricSeries]) -> String {
    guard !series.isEmpty else { return "" }
    var text = "# HELP \(definition.name) \(escaped(definition.help, quotes: false))\n"
    text += "# TYPE \(definition.name) \(definition.kind.rawValue)\n"
    for (values, numbers) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let labels = zip(definition.labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
      switch definition.kind {
      case .counter, .gauge: text += line(definition.name, labels, number(numbers.value))
      case .histogram: appendHistogram(definition, labels, numbers, to: &text)
      }
    }
    return text
  }

  private static func appendHistogram(
    _ definition: MetricDefinition, _ labels: [String], _ numbers: MetricSeries, to text: inout String
  ) {
    var cumulated: UInt64 = 0
    for (bound, count) in zip(definition.buckets, numbers.buckets) {
      cumulated += count
      text += line(definition.name + "_bucket", labels + ["le=\"\(number(bound))\""], String(cumulated))
    }
    text += line(definition.name + "_bucket", labels + ["le=\"+Inf\""], String(numbers.count))
    text += line(definition.name + "_sum", labels, number(numbers.value))
    text += line(definition.name + "_count", labels, String(numbers.count))
  }

  private static func line(_ name: String, _ labels: [String], _ value: String) -> String {
    labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels.joined(separator: ","))} \(value)\n"
  }

  /// A number as Go reads it: whole numbers without a fraction, `+Inf`, `-Inf`, `NaN`.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value) { return String(whole) }
    return "\(value)"
  }

  /// Backslash and line feed are escaped everywhere, quotes in label values only.
  static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: escaped.append(contentsOf: "\\\"".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
