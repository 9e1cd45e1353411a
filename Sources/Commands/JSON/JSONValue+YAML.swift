extension JSONValue {
  /// The value as a YAML document in block style, with its line break.
  var yaml: String {
    var result = ""
    switch self {
    case .array(let values) where !values.isEmpty: Self.write(values, to: &result, "")
    case .object(let members) where !members.isEmpty: Self.write(members, to: &result, "", afterDash: false)
    default: result = scalar + "\n"
    }
    return result
  }

  private static func write(_ values: [JSONValue], to result: inout String, _ indentation: String) {
    for value in values {
      result += indentation + "-"
      switch value {
      case .object(let members) where !members.isEmpty:
        result += " "
        write(members, to: &result, indentation + "  ", afterDash: true)
      case .array(let inner) where !inner.isEmpty:
        result += "\n"
        write(inner, to: &result, indentation + "  ")
      default: result += " \(value.scalar)\n"
      }
    }
  }

  private static func write(
    _ members: [Member], to result: inout String, _ indentation: String, afterDash: Bool
  ) {
    for (index, member) in members.enumerated() {
      result += (index == 0 && afterDash ? "" : indentation) + JSONValue.string(member.key).scalar + ":"
      switch member.value {
      case .object(let inner) where !inner.isEmpty:
        result += "\n"
        write(inner, to: &result, indentation + "  ", afterDash: false)
      case .array(let inner) where !inner.isEmpty:
        result += "\n"
        write(inner, to: &result, indentation)
      default: result += " \(member.value.scalar)\n"
      }
    }
  }

  // JSON's own form is YAML too; a word that can be nothing else stands without quotes.
  private var scalar: String {
    guard case .string(let text) = self, Self.isPlain(text) else { return line }
    return text
  }

  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, first.isASCII else { return false }
    let inside = text.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "_./@-".unicodeScalars.contains($0))
    }
    return inside && !words.contains(text.lowercased())
  }
}
