import Testing
import YAML

@Suite("The chart's README and schema")
struct ChartDocumentationTests {
  /// One value: its path, its default as JSON, what the schema says of it.
  private struct Value {
    var path: String
    var standard: String
    var meaning: String
  }

  @Test("the README has every value, its default and its meaning")
  func readme() throws {
    let rows = try values().map { "| `\($0.path)` | `\($0.standard)` | \($0.meaning) |" }
    let table = (["| value | default | meaning |", "|---|---|---|"] + rows).joined(separator: "\n")
    #expect(rows.count > 60)
    #expect(try Chart.text("README.md").contains("\n\(table)\n"), "put this there:\n\(table)")
  }

  @Test("the schema says something of every value, and has no other")
  func schema() throws {
    for value in try values() { #expect(value.meaning.hasSuffix("."), "\(value.path)") }
  }

  private func values() throws -> [Value] {
    func parse(_ name: String) throws -> YAMLNode {
      try #require(try YAMLNode.parse(Array(Chart.text(name).utf8)).first)
    }
    return try pairs(try parse("values.schema.json"), try parse("values.yaml"), "")
  }

  private func pairs(_ schema: YAMLNode, _ values: YAMLNode, _ path: String) throws -> [Value] {
    guard case .mapping(let properties)? = schema["properties"]?.content else { return [] }
    guard case .mapping(let entries) = values.content else { return [] }
    // Helm itself adds `global`.
    let known = properties.map(\.key).filter { $0 != "global" }
    #expect(known == entries.map(\.key), "values of \(path.isEmpty ? "the chart" : path), in this order")
    return try zip(properties.filter { $0.key != "global" }, entries).flatMap { property, entry in
      if property.value["properties"] != nil { return try pairs(property.value, entry.value, path + entry.key + ".") }
      return [
        Value(
          path: path + entry.key, standard: entry.value.json,
          meaning: property.value["description"]?.scalar?.text ?? "")
      ]
    }
  }
}

extension YAMLNode {
  /// As JSON in one line.
  fileprivate var json: String {
    switch content {
    case .mapping(let entries): "{" + entries.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ",") + "}"
    case .sequence(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
    case .scalar(let scalar):
      scalar.style != .plain || !(scalar.text == "true" || scalar.text == "false" || Int(scalar.text) != nil)
        ? "\"\(scalar.text)\"" : scalar.text
    }
  }
}
