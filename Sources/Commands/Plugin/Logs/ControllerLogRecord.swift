internal import Kubernetes
internal import Logging
internal import Support

/// A line of the controller's log, in either of the forms that it writes, ready to be shown.
struct ControllerLogRecord: Equatable {
  /// Nil for a line that is no record, such as what a crash leaves.
  let level: Logger.Level?
  let time: Timestamp?
  /// What stands before the level, the time; empty for a line that is no record.
  let head: String
  /// What stands behind the level.
  let rest: String
  /// The metadata by key.
  let fields: [String: String]

  /// Reads a line, as `LineLogHandler` or `JSONLogHandler` wrote it.
  init(_ line: String) {
    let text = line.hasPrefix("{") ? Self.text(ofJSON: line) ?? line : line
    let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    guard words.count > 1, let time = Timestamp(rfc3339: String(words[0])),
      let level = Logger.Level(rawValue: words[1].lowercased()), words[1] == level.rawValue.uppercased()
    else {
      (self.level, self.time, head, fields) = (nil, nil, "", [:])
      rest = VisibleText.cell(line)
      return
    }
    self.level = level
    self.time = time
    head = String(words[0])
    let behind = words.count > 2 ? words[2].drop { $0 == " " } : ""
    rest = VisibleText.cell(behind)
    fields = Self.fields(behind)
  }

  /// Whether the record says that it is about a resource.
  func isAbout(_ resource: ObjectKey) -> Bool {
    ["resource", "kubernetes.object"].contains { fields[$0] == resource.description }
  }

  /// The record for a terminal, without a line break.
  func text(on terminal: Terminal) -> String {
    guard let level else { return rest }
    let name = level.rawValue.uppercased()
    let padding = String(repeating: " ", count: max(0, 7 - name.count))
    let ink: Ink? =
      switch level {
      case .trace, .debug: .faint
      case .info: nil
      case .notice, .warning: .notable
      case .error, .critical: .bad
      }
    return "\(head) \(ink?(name, on: terminal) ?? name)\(padding) \(rest)"
  }

  private static func text(ofJSON line: String) -> String? {
    guard let value = JSONText.decode(JSONValue.self, from: line), case .string(let time)? = value["time"],
      let moment = Timestamp(rfc3339: time), case .string(let name)? = value["level"],
      let level = Logger.Level(rawValue: name), case .string(let message)? = value["message"]
    else { return nil }
    var metadata = Logger.Metadata()
    if case .object(let members)? = value["fields"] {
      for member in members {
        if case .string(let text) = member.value {
          metadata[member.key] = "\(text)"
        } else {
          metadata[member.key] = "\(member.value.line)"
        }
      }
    }
    return String(LineLogHandler.line(time: moment, level: level, message: message, metadata: metadata).dropLast())
  }

  /// The fields at the end of a line: `key=value`, or `key="a value"` with escapes.
  ///
  /// What looks like one in the message, with other words behind it, is none.
  private static func fields(_ text: Substring) -> [String: String] {
    var found: [String: String] = [:]
    var rest = text.utf8[...]
    while !rest.isEmpty {
      if let (key, value, behind) = field(rest) {
        found[key] = value
        rest = behind
      } else {
        found = [:]
        rest = rest.drop { $0 != UInt8(ascii: " ") }
      }
      rest = rest.drop { $0 == UInt8(ascii: " ") }
    }
    return found
  }

  private static func field(
    _ text: Substring.UTF8View
  ) -> (key: String, value: String, behind: Substring.UTF8View)? {
    let key = text.prefix { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    let behindKey = text.dropFirst(key.count)
    guard !key.isEmpty, behindKey.first == UInt8(ascii: "=") else { return nil }
    let value = behindKey.dropFirst()
    guard value.first == UInt8(ascii: "\"") else {
      let plain = value.prefix { $0 != UInt8(ascii: " ") }
      return (String(key) ?? "", String(plain) ?? "", value.dropFirst(plain.count))
    }
    var content: [UInt8] = []
    var isEscaped = false
    for (offset, byte) in value.dropFirst().enumerated() {
      if !isEscaped, byte == UInt8(ascii: "\"") {
        let behind = value.dropFirst(offset + 2)
        guard behind.isEmpty || behind.first == UInt8(ascii: " ") else { return nil }
        return (String(key) ?? "", String(decoding: content, as: UTF8.self), behind)
      }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      if !isEscaped { content.append(byte) }
    }
    return nil
  }
}
