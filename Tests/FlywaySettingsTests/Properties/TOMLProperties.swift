internal import TOML

/// What must hold for TOML, whatever the bytes.
enum TOMLProperties {
  private static let limits = TOMLLimits(inputBytes: 1 << 16, nodes: 500, dotsPerLine: 16)

  static func check(_ bytes: [UInt8]) throws(Violation) {
    let root: TOMLNode
    do throws(TOMLError) {
      root = try TOMLNode.parse(bytes, limits: limits)
    } catch {
      let lines = bytes.count { $0 == 10 } + 1
      let isPlaced = (1...lines).contains(error.line) && (1...(bytes.count + 1)).contains(error.column)
      return try Violation.unless(isPlaced && !error.message.isEmpty, "\(error) of \(lines) lines")
    }
    try Violation.unless(String(validating: bytes, as: UTF8.self) != nil, "accepted, but no UTF-8")
    try checkNode(root, lines: bytes.count { $0 == 10 } + 1)
    let text = root.entries.map { "\(quoted($0.key)) = \(written($0.value))" }.joined(separator: "\n")
    // Written in one line a table may pass the limit on dots.
    guard !text.utf8.contains(46) else { return }
    let again = try? TOMLNode.parse(Array(text.utf8), limits: limits)
    try Violation.unless(again.map(written) == written(root), "\(text) is \(again.map(written) ?? "refused")")
  }

  /// Keys are different and in order, marks lie in the text.
  private static func checkNode(_ node: TOMLNode, lines: Int) throws(Violation) {
    try Violation.unless((1...lines).contains(node.mark.line) && node.mark.column > 0, "\(node.mark) of \(lines) lines")
    for (entry, next) in zip(node.entries, node.entries.dropFirst()) {
      let isOrdered = Array(entry.key.utf8).lexicographicallyPrecedes(Array(next.key.utf8))
      try Violation.unless(isOrdered, "\(entry.key) before \(next.key)")
    }
    for entry in node.entries { try checkNode(entry.value, lines: lines) }
    if case .array(let elements) = node.content {
      for element in elements { try checkNode(element, lines: lines) }
    }
  }

  /// In one line, as TOML.
  private static func written(_ node: TOMLNode) -> String {
    switch node.content {
    case .table(let entries):
      "{" + entries.map { "\(quoted($0.key)) = \(written($0.value))" }.joined(separator: ", ") + "}"
    case .array(let elements): "[" + elements.map(written).joined(separator: ", ") + "]"
    case .string(let text): quoted(text)
    case .integer(let value): "\(value)"
    case .float(let value, _): value.isNaN ? "nan" : value.isInfinite ? value < 0 ? "-inf" : "inf" : "\(value)"
    case .boolean(let value): "\(value)"
    case .time(let text): text
    }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      let isPlain = scalar.value >= 32 && scalar.value != 127 && scalar != "\"" && scalar != "\\"
      guard !isPlain else { return String(scalar) }
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
    return "\"" + escaped.joined() + "\""
  }
}
