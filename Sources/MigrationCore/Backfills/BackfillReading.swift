internal import Support

/// Reads one line `-- whimbrel: backfill table=... set="..." where="..." batch=... [pause=...] [key=...]`.
///
/// Words stand behind blanks or tabs. A value without blanks and double quotes may stand as it is; in double quotes it may
/// hold anything, and two double quotes mean one.
struct BackfillReading {
  private struct Value {
    var text: String
    /// Of its first byte.
    let offset: Int
  }

  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  private var offset: Int
  private var values: [String: Value] = [:]

  private static let required = ["table", "set", "where", "batch"]
  private static let keys = required + ["pause", "key"]

  /// - Parameters:
  ///   - range: the whole comment.
  ///   - offset: behind the word `backfill`.
  init(_ bytes: [UInt8], comment range: Range<Int>, behind offset: Int) {
    self.bytes = bytes
    (start, end) = (range.lowerBound, range.upperBound)
    self.offset = offset
  }

  /// - Throws: `invalidBackfill` with the place.
  mutating func read() throws(MigrationError) -> Backfill {
    while let key = try word() {
      guard Self.keys.contains(key.text) else { throw unknown(key) }
      guard values[key.text] == nil else {
        throw wrong("\(key.text) is given twice", at: key.offset, "Leave one of them out.")
      }
      values[key.text] = try value(of: key.text)
    }
    if let missing = Self.required.first(where: { values[$0] == nil }) {
      throw wrong(
        "\(missing)= is missing", at: start,
        "Write `-- whimbrel: backfill table=schema.table set=\"...\" where=\"...\" batch=5000 pause=100ms` on one line."
      )
    }
    return try backfill()
  }

  private func backfill() throws(MigrationError) -> Backfill {
    guard let table = values["table"], let set = values["set"], let condition = values["where"],
      let batch = values["batch"]
    else { throw wrong("a value is missing", at: start, "Give table, set, where and batch.") }
    return Backfill(
      table: try self.table(table), assignments: try sql(set, "set"), condition: try sql(condition, "where"),
      batch: try number(batch), pause: try pause(values["pause"]), key: try columns(values["key"]))
  }
}

// MARK: Words and values

extension BackfillReading {
  private mutating func skipBlanks() {
    while offset < end, SQLLexer.isSpace(bytes[offset]) { offset += 1 }
  }

  /// The next key, and the offset is behind its `=`.
  private mutating func word() throws(MigrationError) -> Value? {
    skipBlanks()
    guard offset < end else { return nil }
    let first = offset
    while offset < end, !SQLLexer.isSpace(bytes[offset]), bytes[offset] != UInt8(ascii: "=") { offset += 1 }
    let text = String(decoding: bytes[first..<offset], as: UTF8.self)
    guard offset < end, bytes[offset] == UInt8(ascii: "="), !text.isEmpty else {
      throw wrong(
        "'\(text.prefix(60))' is no key=value", at: first,
        "Put a value that has blanks into double quotes: where=\"kind IS NULL\".")
    }
    offset += 1
    return Value(text: text, offset: first)
  }

  private mutating func value(of key: String) throws(MigrationError) -> Value {
    let first = offset
    var text: [UInt8] = []
    guard offset < end, bytes[offset] == UInt8(ascii: "\"") else {
      while offset < end, !SQLLexer.isSpace(bytes[offset]) {
        guard bytes[offset] != UInt8(ascii: "\"") else {
          throw wrong(
            "a double quote stands inside the value of \(key)", at: offset,
            "Put the whole value into double quotes, and double each one inside.")
        }
        text.append(bytes[offset])
        offset += 1
      }
      guard !text.isEmpty else { throw wrong("\(key)= has no value", at: first, "Write one behind the =.") }
      return Value(text: String(decoding: text, as: UTF8.self), offset: first)
    }
    offset += 1
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      guard byte == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      if offset < end, bytes[offset] == byte {
        text.append(byte)
        offset += 1
      } else if offset < end, !SQLLexer.isSpace(bytes[offset]) {
        throw wrong(
          "something stands right behind the closing quote of \(key)", at: offset,
          "Double the double quotes inside of a value, and put a blank behind it.")
      } else {
        return Value(text: String(decoding: text, as: UTF8.self), offset: first)
      }
    }
    throw wrong(
      "the value of \(key) has no closing double quote on its line", at: first,
      "Close it; a directive is one line, and a double quote inside of a value is doubled.")
  }
}

// MARK: What values mean

extension BackfillReading {
  private func table(_ value: Value) throws(MigrationError) -> ObjectName {
    let names = identifiers(value.text, separator: .dot)
    guard let names, let last = names.last, names.count <= 2 else {
      throw wrong(
        "table= is '\(value.text.prefix(130))', which is no name of a table", at: value.offset,
        "Write table=name or table=schema.name; names in quotes as table=\"\"\"Name\"\"\".")
    }
    return ObjectName(schema: names.count == 2 ? names[0] : nil, name: last)
  }

  private func columns(_ value: Value?) throws(MigrationError) -> [String] {
    guard let value else { return [] }
    guard let names = identifiers(value.text, separator: .comma), names.count <= 32, Set(names).count == names.count
    else {
      throw wrong(
        "key= is '\(value.text.prefix(130))', which is no list of columns", at: value.offset,
        "Write key=id, or key=tenant_id,id.")
    }
    return names
  }

  /// Names with a separator between, unquoted ones in lower case; nil for anything else.
  private func identifiers(_ text: String, separator: SQLToken.Kind) -> [String]? {
    let bytes = Array(text.utf8)
    var names: [String] = []
    var isNameNext = true
    for token in SQLLexer(bytes: bytes) where token.kind != .whitespace {
      if isNameNext {
        let source = StatementSource(bytes: bytes, tokens: [token])
        guard token.kind == .word || token.kind == .quotedIdentifier, token.isTerminated,
          let name = source.name(at: 0)?.name.name, !name.isEmpty
        else { return nil }
        names.append(name)
      } else if token.kind != separator {
        return nil
      }
      isNameNext.toggle()
    }
    return isNameNext ? nil : names
  }

  /// Text that stands in a statement of ours must end where it ends.
  private func sql(_ value: Value, _ key: String) throws(MigrationError) -> String {
    var depth = 0
    var isEmpty = true
    for token in SQLLexer(value.text) {
      let fault: String? =
        switch token.kind {
        case .semicolon: "holds a semicolon"
        case .lineComment, .blockComment: "holds a comment"
        case .metaCommand: "holds a backslash outside of a literal"
        case .closeParenthesis where depth == 0: "closes a parenthesis that it has not opened"
        default: token.isTerminated ? nil : "holds a literal or a quoted name that does not end"
        }
      if let fault {
        throw wrong(
          "\(key)= \(fault)", at: value.offset,
          "Write \(key == "set" ? "the assignments of one UPDATE" : "one condition"), complete in itself.")
      }
      if token.kind == .openParenthesis { depth += 1 }
      if token.kind == .closeParenthesis { depth -= 1 }
      isEmpty = isEmpty && token.kind.isTrivia
    }
    guard !isEmpty else { throw wrong("\(key)= is empty", at: value.offset, "Write what is meant.") }
    guard depth == 0 else {
      throw wrong("\(key)= opens a parenthesis that it does not close", at: value.offset, "Close it.")
    }
    return value.text
  }

  private func number(_ value: Value) throws(MigrationError) -> Int {
    let isNumber =
      !value.text.isEmpty && value.text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, let number = Int(value.text), (1...Backfill.largestBatch).contains(number) else {
      throw wrong(
        "batch= is '\(value.text.prefix(40))'", at: value.offset,
        "Write a number of rows from 1 to \(Backfill.largestBatch).")
    }
    return number
  }

  private func pause(_ value: Value?) throws(MigrationError) -> Duration {
    guard let value else { return .zero }
    guard let pause = DurationText.parse(value.text), pause <= Backfill.longestPause else {
      throw wrong(
        "pause= is '\(value.text.prefix(40))'", at: value.offset, "Write a duration of at most an hour: 100ms, 2s.")
    }
    return pause
  }
}

// MARK: Errors

extension BackfillReading {
  private func unknown(_ key: Value) -> MigrationError {
    let near = NearestName.of(key.text, among: Self.keys)
    return wrong(
      "a backfill has no '\(key.text.prefix(60))'", at: key.offset,
      near.map { "Did you mean \($0)?" } ?? "Known are \(Self.keys.joined(separator: ", ")).")
  }

  private func wrong(_ what: String, at offset: Int, _ nextStep: String) -> MigrationError {
    Self.error(what, at: offset, nextStep, in: bytes)
  }

  static func error(_ what: String, at offset: Int, _ nextStep: String, in bytes: [UInt8]) -> MigrationError {
    var cursor = PositionCursor()
    let place = cursor.position(of: offset, in: bytes.span)
    return MigrationError(
      .invalidBackfill, "The backfill at \(place): \(what).", nextStep: nextStep, at: place)
  }
}
