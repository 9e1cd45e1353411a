// The stored form: one line for each object, in a fixed order, so that equal fingerprints are equal texts.
extension DriftFingerprint {
  /// The first word of the stored form: what does not begin with it was written by somebody else.
  package static let mark = "whimbrel-drift"
  /// Changes with everything that is compared, and how: texts of another version are not compared.
  static let version = "1"

  /// The stored form.
  package var text: String {
    var lines = [[Self.mark, Self.version, basis.scope, basis.server].map(Self.escaped).joined(separator: "\t")]
    for key in objects.keys.sorted() {
      let properties = objects[key]?.properties ?? [:]
      let fields = properties.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
      lines.append(([key.kind.rawValue, key.name] + fields).map(Self.escaped).joined(separator: "\t"))
    }
    return lines.joined(separator: "\n")
  }

  /// Reads a stored form.
  /// - Returns: nil where it is of another version, or none at all.
  package init?(text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let first = lines.first else { return nil }
    let header = Self.fields(first)
    guard header.count == 4, header[0] == Self.mark, header[1] == Self.version else { return nil }
    var objects: [DriftObject] = []
    objects.reserveCapacity(lines.count)
    for line in lines.dropFirst() {
      let fields = Self.fields(line)
      guard fields.count >= 2, fields.count.isMultiple(of: 2), let kind = DriftKind(rawValue: fields[0]) else {
        return nil
      }
      var properties: [String: String] = [:]
      for index in stride(from: 2, to: fields.count, by: 2) { properties[fields[index]] = fields[index + 1] }
      objects.append(DriftObject(kind, fields[1], properties))
    }
    self.init(basis: Basis(scope: header[2], server: header[3]), objects)
  }

  /// SHA-256 of a stored form.
  package static func digest(of text: String) -> String {
    ContentDigest.sha256(Array(text.utf8))
  }

  private static func fields(_ line: Substring.UTF8View) -> [String] {
    line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { unescaped(Substring($0)) }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == UInt8(ascii: "\\") }) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
    var result = String.UnicodeScalarView()
    var isEscape = false
    for scalar in text.unicodeScalars {
      if isEscape {
        result.append(scalar == "t" ? "\t" : scalar == "n" ? "\n" : scalar)
        isEscape = false
      } else if scalar == "\\" {
        isEscape = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
