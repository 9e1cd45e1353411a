internal import ArgumentParser
internal import Controller
internal import Kubernetes

/// How the result of a command of the plugin is written.
struct PluginOutput: ParsableArguments {
  /// The formats, by kubectl's names.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case wide, json, yaml
  }

  @Option(name: [.customShort("o"), .long], help: "wide, json or yaml; a text for people if absent.")
  var output: Format?

  /// Whether everything is listed.
  var isWide: Bool { output == .wide }
  /// Whether the resource itself is written, as the server has it.
  var isData: Bool { output == .json || output == .yaml }

  /// Writes a value as data.
  func write(_ value: JSONValue) {
    OutputStream.standardOutput.write(output == .yaml ? value.yaml : value.text + "\n")
  }
}

/// A `CitusMigration` as the server has it, for `-o json` and `-o yaml`: fields that this version does not know too.
struct RawCitusMigration: KubernetesResource {
  static let resource = CitusMigration.resource
  var metadata: ObjectMetadata
  /// Without `metadata.managedFields`, which kubectl leaves out too.
  let value: JSONValue

  private enum CodingKeys: String, CodingKey { case metadata }

  init(from decoder: any Decoder) throws {
    metadata = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
    guard case .object(let members) = try JSONValue(from: decoder) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no object"))
    }
    let own = ["apiVersion", "kind"]
    // Items of a list have neither.
    let head: [JSONValue.Member] = [
      .init(key: "apiVersion", value: .string(Self.resource.apiVersion)),
      .init(key: "kind", value: .string(Self.resource.kind)),
    ]
    value = .object(
      head
        + members.filter { !own.contains($0.key) }.map { member in
          guard member.key == "metadata", case .object(let fields) = member.value else { return member }
          return .init(key: "metadata", value: .object(fields.filter { $0.key != "managedFields" }))
        })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
  }

  /// Several as a list, as kubectl writes one.
  static func list(_ items: [RawCitusMigration]) -> JSONValue {
    ["apiVersion": "v1", "kind": "List", "items": .array(items.map(\.value))]
  }
}
