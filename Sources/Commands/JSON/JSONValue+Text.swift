extension JSONValue {
  /// The value as text, two blanks for each level, without a line break at the end.
  var text: String {
    var result = ""
    write(to: &result, indentation: "")
    return result
  }

  /// The value as text on one line, without a line break at the end.
  var line: String {
    var result = ""
    writeLine(to: &result)
    return result
  }

  private func writeLine(to result: inout String) {
    switch self {
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += "," }
        value.writeLine(to: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += "," }
        Self.write(member.key, to: &result)
        result += ":"
        member.value.writeLine(to: &result)
      }
      result += "}"
    case .null, .bool, .integer, .string: write(to: &result, indentation: "")
    }
  }

  private func write(to result: inout String, indentation: String) {
    let inner = indentation + "  "
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .string(let value): Self.write(value, to: &result)
    case .array(let values) where values.isEmpty: result += "[]"
    case .array(let values):
      Self.list("[", values, "]", &result, indentation) { $0.write(to: &$1, indentation: inner) }
    case .object(let members) where members.isEmpty: result += "{}"
    case .object(let members):
      Self.list("{", members, "}", &result, indentation) { member, result in
        Self.write(member.key, to: &result)
        result += ": "
        member.value.write(to: &result, indentation: inner)
      }
    }
  }

  private static func list<Element>(
    _ opening: String, _ elements: [Element], _ closing: String, _ result: inout String, _ indentation: String,
    _ write: (Element, inout String) -> Void
  ) {
    result += opening
    for (index, element) in elements.enumerated() {
      result += (index == 0 ? "\n" : ",\n") + indentation + "  "
      write(element, &result)
    }
    result += "\n" + indentation + closing
  }

  // RFC 8259 asks for escapes below U+0020 only; the other controls are escaped for the sake of terminals.
  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where VisibleText.isControl(scalar): escape(scalar, to: &result)
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }

  private static func escape(_ scalar: Unicode.Scalar, to result: inout String) {
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
