import Testing
import YAML

/// A part of the resource's schema, for judging JSON as an API server does: unknown fields are pruned, bounds refuse.
struct Schema {
  let node: YAMLNode

  /// The schema of `spec` or `status` in the manifest.
  static func part(_ name: String) throws -> Schema {
    let text = try Checkout.text("manifests/crd/citusmigrations.yaml")
    let manifest = try #require(try YAMLNode.parse(Array(text.utf8)).first)
    let version = try #require(manifest["spec"]?["versions"]?[0])
    let properties = version["schema"]?["openAPIV3Schema"]?["properties"]
    return Schema(node: try #require(properties?[name]))
  }

  func integer(_ key: String) -> Int? {
    guard case .integer(let value) = node[key]?.scalar?.value else { return nil }
    return value
  }

  func text(_ key: String) -> String? { node[key]?.scalar?.text }
  func child(_ key: String) -> Schema? { node[key].map(Schema.init) }

  var choices: [String]? {
    guard case .sequence(let list) = node["enum"]?.content else { return nil }
    return list.compactMap { $0.scalar?.text }
  }

  /// Every rule in CEL below this node, with the path of the field that it stands at.
  func rules(at path: String) -> [String] {
    var found: [String] = []
    if case .sequence(let list) = node["x-kubernetes-validations"]?.content {
      found += list.compactMap { $0["rule"]?.scalar.map { "\(path): \($0.text)" } }
    }
    if case .mapping(let entries) = node["properties"]?.content {
      for entry in entries { found += Schema(node: entry.value).rules(at: "\(path).\(entry.key)") }
    }
    if let items = child("items") { found += items.rules(at: "\(path)[]") }
    return found
  }

  /// What a server would refuse or prune.
  func problems(_ value: JSONValue, at path: String) -> [String] {
    switch (value, text("type")) {
    case (.null, _): return ["\(path): null"]
    case (.string(let text), "string"): return stringProblems(text, path)
    case (.bool, "boolean"): return []
    case (.number(let number), "integer"):
      let isWithin = number >= Double(integer("minimum") ?? .min) && number <= Double(integer("maximum") ?? .max)
      return isWithin ? [] : ["\(path): \(number) is out of bounds"]
    case (.array(let list), "array"):
      guard let most = integer("maxItems") else { return ["\(path): the list has no maxItems"] }
      guard let items = child("items") else { return ["\(path): the list has no items"] }
      return (list.count > most ? ["\(path): \(list.count) items"] : [])
        + list.enumerated().flatMap { items.problems($1, at: "\(path)[\($0)]") }
    case (.object(let object), "object"):
      return object.sorted { $0.key < $1.key }.flatMap { key, value in
        if let field = child("properties")?.child(key) { return field.problems(value, at: "\(path).\(key)") }
        guard let field = child("additionalProperties") else { return ["\(path).\(key): not in the schema"] }
        return (integer("maxProperties") == nil ? ["\(path): no maxProperties"] : [])
          + field.problems(value, at: "\(path).\(key)")
      }
    default: return ["\(path): not of type \(text("type") ?? "?")"]
    }
  }

  // A server counts code points (OpenAPI's maxLength), not what a reader sees as characters.
  private func stringProblems(_ value: String, _ path: String) -> [String] {
    if let choices { return choices.contains(value) ? [] : ["\(path): '\(value)' is none of \(choices)"] }
    if text("format") == "date-time" { return [] }
    guard let most = integer("maxLength") else { return ["\(path): the text has no maxLength"] }
    let count = value.unicodeScalars.count
    return count > most ? ["\(path): \(count) code points, \(most) allowed"] : []
  }
}
