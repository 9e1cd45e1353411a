internal import CLibYAML

/// Owns libyaml's parser and the bytes that it reads.
///
/// After an error or the end of the stream no further event may be asked for.
struct YAMLEventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(bytes: [UInt8]) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    input = .allocate(capacity: max(bytes.count, 1))
    _ = input.initialize(from: bytes)
    precondition(yaml_parser_initialize(parser) == 1, "libyaml is out of memory")
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  mutating func next() throws(YAMLError) -> (event: YAMLEvent, mark: YAMLMark) {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
    defer { yaml_event_delete(&raw) }
    let mark = YAMLMark(raw.start_mark)
    switch raw.type {
    case YAML_STREAM_START_EVENT: return (.streamStart, mark)
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, mark)
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, mark)
    case YAML_ALIAS_EVENT: return (.alias(text(raw.data.alias.anchor) ?? ""), mark)
    case YAML_SCALAR_EVENT: return (scalar(raw), mark)
    case YAML_SEQUENCE_START_EVENT:
      let start = raw.data.sequence_start
      return (.sequenceStart(anchor: text(start.anchor), tag: text(start.tag)), mark)
    case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, mark)
    case YAML_MAPPING_START_EVENT:
      let start = raw.data.mapping_start
      return (.mappingStart(anchor: text(start.anchor), tag: text(start.tag)), mark)
    case YAML_MAPPING_END_EVENT: return (.mappingEnd, mark)
    default: return (.streamEnd, mark)
    }
  }

  private func scalar(_ raw: yaml_event_t) -> YAMLEvent {
    let data = raw.data.scalar
    let style: YAMLScalar.Style =
      switch data.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    let value = UnsafeBufferPointer(start: data.value, count: data.length)
    let scalar = YAMLScalar(text: String(decoding: value, as: UTF8.self), style: style, tag: text(data.tag))
    return .scalar(scalar, anchor: text(data.anchor))
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  /// libyaml's texts are constants: they never quote the input.
  private func failure() -> YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    guard parser.pointee.error != YAML_READER_ERROR else {
      return YAMLError(code: .syntax, message: "\(problem); the text must be valid UTF-8", mark: markOfReader())
    }
    let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
    return YAMLError(code: .syntax, message: "\(context)\(problem)", mark: YAMLMark(parser.pointee.problem_mark))
  }

  /// The reader reports an offset only.
  private func markOfReader() -> YAMLMark {
    let before = input.prefix(min(parser.pointee.problem_offset, input.count))
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let lastLine = before.reversed().prefix { $0 != UInt8(ascii: "\n") }
    return YAMLMark(line: line + 1, column: lastLine.count { $0 & 0xC0 != 0x80 } + 1)
  }
}

extension YAMLMark {
  fileprivate init(_ raw: yaml_mark_t) {
    self.init(line: raw.line + 1, column: raw.column + 1)
  }
}
