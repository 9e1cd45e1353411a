/// Cuts a script into the statements that the server gets one by one.
///
/// A `;` ends a statement outside parentheses and outside the body of a SQL-standard function (`BEGIN ATOMIC ... END`),
/// as in psql. Empty statements and comments alone are nothing. What the server could only misunderstand is an error
/// with its place: an open literal, parenthesis or body, a comment that opens inside a statement, COPY data without an
/// end, a psql command.
package enum StatementSplitter {
  /// Cuts a text.
  ///
  /// - Throws: `.unterminated...`, `.unclosed...`, `.copy...`, `.metaCommand`, and `.scriptTooLarge`,
  ///   `.tooManyStatements`, `.nestingTooDeep` for the limits.
  package static func split(_ sql: String, limits: SQLLimits = .standard) throws(SQLScriptError) -> [SQLStatement] {
    try cut(sql, limits: limits).statements
  }

  /// Cuts a text as far as that is possible: what cannot be followed is a problem, and the text behind it is read on where
  /// its end is known, as behind a command of psql.
  package static func survey(_ sql: String, limits: SQLLimits = .standard) -> StatementSurvey {
    var run = StatementSplitting(sql, limits: limits)
    return run.survey()
  }

  /// Cuts a text, and says where a comment opens behind the last statement that never ends: Flyway drops the rest.
  static func cut(
    _ sql: String, limits: SQLLimits = .standard
  ) throws(SQLScriptError) -> (statements: [SQLStatement], openComment: SourcePosition?, backfills: ScriptBackfills) {
    guard sql.utf8.count <= limits.bytes else {
      throw MigrationError(
        .scriptTooLarge, "The script has \(sql.utf8.count) bytes; at most \(limits.bytes) are read.",
        nextStep: "Cut the migration into several.")
    }
    var run = StatementSplitting(sql, limits: limits)
    let statements = try run.statements()
    return (statements, run.openComment, run.backfills)
  }
}

/// All that can be read of a text, and why the rest cannot.
package struct StatementSurvey: Sendable {
  /// In the order of the text.
  package let statements: [SQLStatement]
  /// In the order of the text; each has a place.
  package let problems: [MigrationError]
  /// What comments ask for.
  package let backfills: ScriptBackfills
}

/// One run of the splitter over one text.
struct StatementSplitting {
  private var lexer: SQLLexer
  private let limits: SQLLimits
  private var cursor = PositionCursor()
  private(set) var result: [SQLStatement] = []
  private var createdTables: Set<ObjectName> = []

  /// How many tokens of one statement its facts are read from: one of 32 MiB would take a gigabyte.
  private static let mostTokens = 1 << 16

  private var tokens: [SQLToken] = []
  /// The last token that means something, kept in `tokens` or not.
  private var last: SQLToken?
  private var topWords: [Int] = []
  private var parentheses = Nesting()
  private var blocks = Nesting()
  private var canHaveBody = false
  /// Of a comment behind the last statement that never ends.
  private(set) var openComment: SourcePosition?
  private var directives: [Range<Int>] = []

  /// What the comments so far ask for.
  var backfills: ScriptBackfills { ScriptBackfills(lexer.bytes, comments: directives) }

  /// How deep the text is at the moment, and where the outermost level began.
  private struct Nesting {
    var depth = 0
    var start = 0

    mutating func enter(at offset: Int) {
      if depth == 0 { start = offset }
      depth += 1
    }
  }

  init(_ sql: String, limits: SQLLimits) {
    self.lexer = SQLLexer(sql)
    self.limits = limits
  }

  mutating func statements() throws(MigrationError) -> [SQLStatement] {
    while let token = lexer.next() {
      try check(token)
      if token.kind == .lineComment, ScriptBackfills.isDirective(lexer.bytes, token.range) {
        directives.append(token.range)
      }
      if token.kind.isTrivia { continue }
      if token.kind == .semicolon, parentheses.depth == 0, blocks.depth == 0 {
        try finish(semicolon: token)
      } else {
        track(token)
        if tokens.count < Self.mostTokens { tokens.append(token) }
        last = token
        try checkNesting(token)
      }
    }
    try checkClosed()
    try finish(semicolon: nil)
    return result
  }

  private mutating func finish(semicolon: SQLToken?) throws(MigrationError) {
    guard let first = tokens.first, let last else { return }
    if tokens.last != last { tokens.append(last) }
    let source = StatementSource(bytes: lexer.bytes, tokens: tokens, topWords: topWords)
    let position = place(first.range.lowerBound)
    guard result.count < limits.statements else {
      throw MigrationError(
        .tooManyStatements, "The script has more than \(limits.statements) statements.",
        nextStep: "Cut the migration into several, or load data with COPY.", at: position)
    }
    try checkBytes(first.range.lowerBound..<last.range.upperBound)
    let facts = StatementFacts(of: source, createdTables: createdTables)
    if let table = source.createdTable { createdTables.insert(table) }
    let text = String(decoding: lexer.bytes[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
    let data = facts.copiesFromStandardInput ? try copyData(behind: semicolon, of: position) : nil
    result.append(SQLStatement(text: text, position: position, facts: facts, copyData: data))
    reset()
  }

  /// Prepares for the next statement.
  mutating func reset() {
    tokens.removeAll(keepingCapacity: true)
    topWords.removeAll(keepingCapacity: true)
    last = nil
    parentheses = Nesting()
    blocks = Nesting()
    canHaveBody = false
  }
}

// MARK: Depth

extension StatementSplitting {
  private mutating func track(_ token: SQLToken) {
    switch token.kind {
    case .openParenthesis: parentheses.enter(at: token.range.lowerBound)
    case .closeParenthesis: parentheses.depth = max(0, parentheses.depth - 1)
    case .word where parentheses.depth == 0:
      trackWord(token)
      if tokens.count < Self.mostTokens { topWords.append(tokens.count) }
    default: break
    }
  }

  /// Follows `BEGIN ATOMIC ... END` and `CASE ... END` inside it, as psql does (`psqlscan.l`).
  private mutating func trackWord(_ token: SQLToken) {
    let source = StatementSource(bytes: lexer.bytes, tokens: tokens)
    if tokens.count < 5, !canHaveBody {
      let isRoutine = source.isWord(token, "FUNCTION") || source.isWord(token, "PROCEDURE")
      canHaveBody = isRoutine && source.startsWith("CREATE")
    }
    guard canHaveBody else { return }
    let isLabel = last.map { $0.kind == .dot || source.isWord($0, "AS") } ?? false
    if source.isWord(token, "ATOMIC"), blocks.depth == 0, let last, source.isWord(last, "BEGIN") {
      blocks.enter(at: last.range.lowerBound)
    } else if blocks.depth > 0, !isLabel {
      if source.isWord(token, "CASE") {
        blocks.enter(at: token.range.lowerBound)
      } else if source.isWord(token, "END") {
        blocks.depth -= 1
      }
    }
  }
}

// MARK: Errors

extension StatementSplitting {
  private mutating func place(_ offset: Int) -> SourcePosition {
    let bytes = lexer.bytes
    return cursor.position(of: offset, in: bytes.span)
  }

  private mutating func check(_ token: SQLToken) throws(MigrationError) {
    if token.kind == .metaCommand { throw metaCommand(token) }
    if !token.isTerminated {
      guard token.kind == .blockComment, tokens.isEmpty else { throw unterminated(token) }
      openComment = place(token.range.lowerBound)
    }
    if lexer.deepestComment > limits.nesting {
      throw tooDeep("Comments", at: token.range.lowerBound)
    }
  }

  /// No text of PostgreSQL can hold a NUL byte.
  private mutating func checkBytes(_ range: Range<Int>) throws(MigrationError) {
    guard let offset = lexer.bytes[range].firstIndex(of: 0) else { return }
    let place = place(offset)
    throw MigrationError(
      .nulByte, "There is a NUL byte at \(place), which the server does not take.",
      nextStep: "Delete it; if the file is UTF-16, set its encoding.", at: place)
  }

  private mutating func checkNesting(_ token: SQLToken) throws(MigrationError) {
    if parentheses.depth > limits.nesting { throw tooDeep("Parentheses", at: token.range.lowerBound) }
    if blocks.depth > limits.nesting { throw tooDeep("CASE expressions", at: token.range.lowerBound) }
  }

  private mutating func tooDeep(_ what: String, at offset: Int) -> MigrationError {
    let place = place(offset)
    return MigrationError(
      .nestingTooDeep, "\(what) are nested more than \(limits.nesting) levels deep at \(place).",
      nextStep: "Write the statement flatter.", at: place)
  }

  private mutating func unterminated(_ token: SQLToken) -> MigrationError {
    let place = place(token.range.lowerBound)
    let (code, what, end): (MigrationError.Code, String, String) =
      switch token.kind {
      case .quotedIdentifier: (.unterminatedIdentifier, "quoted name", "a double quote")
      case .dollarString: (.unterminatedDollarQuote, "dollar quote", "the same tag again")
      case .blockComment: (.unterminatedComment, "comment", "*/")
      default: (.unterminatedString, "string", "a single quote")
      }
    return MigrationError(
      code, "The \(what) that starts at \(place) never ends.", nextStep: "Close it with \(end).", at: place)
  }

  private mutating func metaCommand(_ token: SQLToken) -> MigrationError {
    let place = place(token.range.lowerBound)
    let line = lexer.bytes[token.range]
    let name = line.prefix { !SQLLexer.isSpace($0) }.prefix(32)
    let command = String(decoding: name, as: UTF8.self)
    let nextStep =
      command == "\\restrict" || command == "\\unrestrict"
      ? "Delete the line: pg_dump writes it for psql alone." : "Delete the line, or write what it does as SQL."
    return MigrationError(
      .metaCommand, "`\(command)` at \(place) is a command of psql, which the server does not know.",
      nextStep: nextStep, at: place)
  }

  private mutating func checkClosed() throws(MigrationError) {
    guard !tokens.isEmpty else { return }
    if blocks.depth > 0 {
      let place = place(blocks.start)
      throw MigrationError(
        .unclosedBlock, "The BEGIN ATOMIC at \(place) has no END.", nextStep: "Close the body with END;", at: place)
    }
    if parentheses.depth > 0 {
      let place = place(parentheses.start)
      throw MigrationError(
        .unclosedParenthesis, "The parenthesis that opens at \(place) never closes.",
        nextStep: "Close it; everything behind it was taken for one statement.", at: place)
    }
  }
}

// MARK: COPY data

extension StatementSplitting {
  /// Reads the lines behind a COPY statement up to the line `\.` and leaves the lexer behind it.
  private mutating func copyData(
    behind semicolon: SQLToken?, of statement: SourcePosition
  ) throws(MigrationError) -> [UInt8] {
    let bytes = lexer.bytes
    guard let semicolon else { throw copyWithoutEnd(statement) }
    let (rest, firstLine) = line(at: semicolon.range.upperBound)
    let trailing = bytes[rest].drop(while: SQLLexer.isSpace)
    guard trailing.isEmpty || trailing.starts(with: Array("--".utf8)) else {
      throw MigrationError(
        .copyTrailingText, "Text follows COPY ... FROM STDIN; on the same line (\(statement)).",
        nextStep: "Start the data on the next line.", at: statement)
    }
    var start = firstLine
    while start < bytes.count {
      let (content, next) = line(at: start)
      if isEndMark(content) {
        lexer.move(to: next)
        try checkBytes(firstLine..<start)
        return Array(bytes[firstLine..<start])
      }
      start = next
    }
    throw copyWithoutEnd(statement)
  }

  /// The bytes of the line that starts at an offset without its end, and the start of the next line.
  private func line(at start: Int) -> (Range<Int>, Int) {
    let bytes = lexer.bytes
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    let next = min(end + 1, bytes.count)
    return (start..<end, next)
  }

  private func isEndMark(_ range: Range<Int>) -> Bool {
    var content = lexer.bytes[range]
    while let last = content.last, SQLLexer.isSpace(last) { content.removeLast() }
    content = content.drop(while: SQLLexer.isSpace)
    return content.elementsEqual([UInt8(ascii: "\\"), UInt8(ascii: ".")])
  }

  private func copyWithoutEnd(_ statement: SourcePosition) -> MigrationError {
    MigrationError(
      .copyWithoutEnd, "The data of COPY ... FROM STDIN (\(statement)) has no end.",
      nextStep: "End the data with a line that holds only \\. (backslash, dot).", at: statement)
  }
}
