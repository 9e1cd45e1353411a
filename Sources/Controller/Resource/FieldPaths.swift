internal import FoundationEssentials

/// The names of all fields in a JSON object, such as `promotion.after[].name`; fields that are null count as absent.
struct FieldPaths: Decodable, Sendable, Equatable {
  private(set) var paths: Set<String> = []

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      for key in object.allKeys where try !object.decodeNil(forKey: key) {
        paths.insert(key.stringValue)
        try add(object.decode(FieldPaths.self, forKey: key), below: key.stringValue)
      }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { try add(list.decode(FieldPaths.self), below: "[]") }
    }
  }

  /// The fields of a value as it is encoded; nil where it cannot be.
  init?(encoding value: some Encodable) {
    guard let data = try? JSONEncoder().encode(value), let paths = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = paths
  }

  private mutating func add(_ inner: FieldPaths, below name: String) {
    for path in inner.paths { paths.insert(path.hasPrefix("[") ? name + path : "\(name).\(path)") }
  }

  /// The fields that another object lacks, sorted; of a field that is missing as a whole only itself.
  func missing(in other: FieldPaths) -> [String] {
    let lost = paths.subtracting(other.paths)
    return lost.filter { path in
      guard let dot = path.lastIndex(of: ".") else { return true }
      let parent = path[..<dot]
      return !lost.contains(String(parent)) && !lost.contains(String(parent.prefix { $0 != "[" }))
    }.sorted()
  }
}
