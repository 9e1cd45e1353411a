internal import CTOML

/// Owns toml++'s document: nodes in a list, each before what it contains.
struct TOMLDocument: ~Copyable {
  private let handle: OpaquePointer?

  init(bytes: [UInt8]) {
    // The document keeps nothing of the bytes: what it shows is copied.
    handle = bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { ctoml_parse($0.baseAddress, $0.count) }
    }
  }

  deinit {
    ctoml_free(handle)
  }

  func root(limits: TOMLLimits) throws(TOMLError) -> TOMLNode {
    guard let handle else {
      throw TOMLError(code: .limit, message: "not enough memory", mark: TOMLMark(line: 1, column: 1))
    }
    var (line, column): (UInt32, UInt32) = (0, 0)
    if let text = ctoml_failure(handle, &line, &column) {
      let mark = TOMLMark(line: max(1, Int(line)), column: max(1, Int(column)))
      throw TOMLError(code: .syntax, message: Self.withoutValues(String(cString: text)), mark: mark)
    }
    guard ctoml_count(handle) <= limits.nodes else {
      throw TOMLError(
        code: .limit, message: "more than \(limits.nodes) values", mark: TOMLMark(line: 1, column: 1))
    }
    var index = 0
    return Self.node(handle, at: &index, parent: TOMLMark(line: 1, column: 1)).node
  }

  private static func node(
    _ handle: OpaquePointer, at index: inout Int, parent: TOMLMark
  ) -> (key: String, node: TOMLNode) {
    let raw = ctoml_at(handle, index)
    index += 1
    let mark = raw.line > 0 ? TOMLMark(line: Int(raw.line), column: max(1, Int(raw.column))) : parent
    let content: TOMLNode.Content
    switch raw.kind {
    case CTOML_TABLE:
      var entries: [TOMLNode.Entry] = []
      for _ in 0..<raw.count {
        let (key, value) = node(handle, at: &index, parent: mark)
        entries.append(TOMLNode.Entry(key: key, mark: value.mark, value: value))
      }
      content = .table(entries)
    case CTOML_ARRAY:
      content = .array((0..<raw.count).map { _ in node(handle, at: &index, parent: mark).node })
    case CTOML_STRING: content = .string(text(raw.text, raw.text_length))
    case CTOML_INTEGER: content = .integer(raw.integer)
    case CTOML_FLOAT: content = .float(raw.floating, text: text(raw.text, raw.text_length))
    case CTOML_BOOLEAN: content = .boolean(raw.integer != 0)
    default: content = .time(text(raw.text, raw.text_length))
    }
    return (text(raw.key, raw.key_length), TOMLNode(content: content, mark: mark))
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    UnsafeBufferPointer(start: start, count: count).withMemoryRebound(to: UInt8.self) {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The parser's message with everything in quotes that is longer than one character left out: it may be a value.
  private static func withoutValues(_ message: String) -> String {
    var result = ""
    var rest = Substring(message)
    while let open = rest.firstIndex(of: "'"), let close = rest.lastIndex(of: "'"), open < close {
      result += rest[..<open]
      let next = rest.index(after: open)
      let end = rest[next...].firstIndex(of: "'") ?? close
      let quoted = rest[next..<end]
      result += quoted.count <= 2 ? "'\(quoted)'" : "'...'"
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}
