internal import MigrationCore

/// What must hold for the statements of a script, and for the error if it has none.
enum SplitterProperties {
  /// Splits a text and checks what comes out of it.
  static func check(_ sql: String, limits: SQLLimits) throws(Violation) {
    let statements: [SQLStatement]
    do throws(MigrationError) {
      statements = try StatementSplitter.split(sql, limits: limits)
    } catch {
      return try checkError(error, sql)
    }
    try Violation.unless(statements.count <= limits.statements, "\(statements.count) statements pass the limit")
    let bytes = Array(sql.utf8)
    var end = 0
    for statement in statements {
      try checkPlace(statement, behind: end, in: bytes)
      try checkNothingLost(bytes[end..<statement.byteOffset])
      end = endOf(statement, in: bytes)
      try checkAlone(statement, limits)
    }
    try checkNothingLost(bytes[end...])
    try checkJoined(statements, limits)
  }

  /// An error says where, what and what next.
  private static func checkError(_ error: MigrationError, _ sql: String) throws(Violation) {
    try Violation.unless(!error.message.isEmpty && !error.nextStep.isEmpty, "\(error.code) says nothing")
    guard let position = error.position else {
      return try Violation.unless(error.code == .scriptTooLarge, "\(error.code) has no place")
    }
    let bytes = Array(sql.utf8)
    try Violation.unless((0..<bytes.count).contains(position.byteOffset), "\(error.code) lies outside: \(position)")
    try checkCounting(position, in: bytes)
    try Violation.unless(
      error.message.contains("line \(position.line)") || error.code == .tooManyStatements, error.message)
    let open: Set<MigrationError.Code> = [
      .unterminatedString, .unterminatedComment, .unterminatedIdentifier, .unterminatedDollarQuote,
    ]
    if open.contains(error.code) {
      let last = SQLLexer(bytes: Array(bytes[position.byteOffset...])).first { _ in true }
      try Violation.unless(last?.isTerminated == false, "\(error.code) at \(position) is closed")
    }
  }

  /// In order, verbatim from the text, and counted as an editor counts.
  private static func checkPlace(_ statement: SQLStatement, behind end: Int, in bytes: [UInt8]) throws(Violation) {
    let text = Array(statement.text.utf8)
    let start = statement.byteOffset
    try Violation.unless(start >= end && start + text.count <= bytes.count, "\(statement.position) is out of order")
    try Violation.unless(Array(bytes[start..<(start + text.count)]) == text, "\(statement.position) is not verbatim")
    try checkCounting(statement.position, in: bytes)
  }

  private static func checkCounting(_ position: SourcePosition, in bytes: [UInt8]) throws(Violation) {
    let before = String(decoding: bytes[..<position.byteOffset], as: UTF8.self)
    // Swift takes CR LF as one character, and as one line end.
    let lines = before.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    // A cut between CR and LF has not ended the line yet.
    let isInside = before.last == "\r" && bytes[position.byteOffset] == 10
    let line = lines.count - (isInside ? 1 : 0)
    try Violation.unless(position.line == line, "\(position) is in line \(line)")
    guard !isInside else { return }
    let column = (lines.last?.unicodeScalars.count ?? 0) + 1
    try Violation.unless(position.column == column, "\(position) is in column \(column)")
  }

  /// Where a statement ends, its COPY data and the line `\.` included.
  private static func endOf(_ statement: SQLStatement, in bytes: [UInt8]) -> Int {
    let end = statement.byteOffset + statement.text.utf8.count
    guard let data = statement.copyData else { return end }
    let semicolon = SQLLexer(bytes: Array(bytes[end...])).first { $0.kind == .semicolon }
    let lineEnd = bytes[(end + (semicolon?.range.upperBound ?? 0))...].firstIndex(of: 10) ?? bytes.count - 1
    let mark = lineEnd + 1 + data.count
    return bytes[mark...].firstIndex(of: 10) ?? bytes.count
  }

  /// Between statements stand only blanks, comments and semicolons.
  private static func checkNothingLost(_ gap: ArraySlice<UInt8>) throws(Violation) {
    for token in SQLLexer(bytes: Array(gap)) {
      let isNothing = token.kind.isTrivia || token.kind == .semicolon
      try Violation.unless(isNothing, "lost: \(String(decoding: gap, as: UTF8.self))")
    }
  }

  /// A statement alone is the same statement.
  private static func checkAlone(_ statement: SQLStatement, _ limits: SQLLimits) throws(Violation) {
    var text = statement.text
    if let data = statement.copyData {
      guard data.isEmpty || data.last == 10 else {
        throw Violation("the COPY data at \(statement.position) is cut off")
      }
      text += ";\n" + String(decoding: data, as: UTF8.self) + "\\."
    }
    let again = try cut(text, limits)
    try Violation.unless(again.count == 1, "\(statement.text) is \(again.count) statements")
    let isSame = again[0].text == statement.text && again[0].copyData == statement.copyData
    try Violation.unless(isSame, "\(statement.text) becomes \(again[0].text)")
    let agrees = again[0].facts.verb == statement.facts.verb && again[0].isTransactional == statement.isTransactional
    try Violation.unless(agrees, "other facts of \(statement.text)")
  }

  /// The statements put together again are the same statements.
  private static func checkJoined(_ statements: [SQLStatement], _ limits: SQLLimits) throws(Violation) {
    let plain = statements.filter { $0.copyData == nil }
    let joined = plain.map(\.text).joined(separator: "\n;\n")
    let again = try cut(joined, limits)
    try Violation.unless(again.map(\.text) == plain.map(\.text), "joined again they differ: \(joined)")
    try Violation.unless(again.map(\.facts) == plain.map(\.facts), "joined again their facts differ: \(joined)")
  }

  /// Of a text that must be one that can be split.
  private static func cut(_ text: String, _ limits: SQLLimits) throws(Violation) -> [SQLStatement] {
    do throws(MigrationError) {
      return try StatementSplitter.split(text, limits: limits)
    } catch {
      throw Violation("\(text): \(error.message)")
    }
  }
}
