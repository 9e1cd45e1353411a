internal import MigrationCore

/// One file, read: its statements, and why it is no script if it is none.
struct ScriptReading: Sendable {
  let statements: [LintedStatement]
  let problems: [MigrationError]
  /// The file with placeholders masked.
  let bytes: [UInt8]

  init(_ file: LintFile, _ settings: LintSettings, role: ScriptRole = .versioned) {
    if let problem = Self.refusal(file.bytes, settings.limits) {
      (statements, problems, bytes) = ([], [problem], [])
      return
    }
    let replaces = file.configuration.placeholderReplacement ?? settings.placeholderReplacement
    let masked =
      replaces
      ? ScriptMask.apply(to: file.bytes, prefix: settings.placeholderPrefix, suffix: settings.placeholderSuffix)
      : ScriptMask.apply(to: file.bytes, prefix: "", suffix: "")
    let survey = StatementSplitter.survey(String(decoding: masked, as: UTF8.self), limits: settings.limits)
    var enums = NewEnumValues()
    statements = survey.statements.map { Self.read($0, masked, &enums) }
    problems =
      survey.problems
      + Self.backfills(survey, file, role).filter {
        !Self.isMasked(at: $0.position?.byteOffset ?? 0, file.bytes, masked)
      }
    bytes = masked
  }

  private static func backfills(
    _ survey: StatementSurvey, _ file: LintFile, _ role: ScriptRole
  ) -> [MigrationError] {
    let refusal = survey.backfills.refusal(
      beside: survey.statements.first, isVersioned: role == .versioned || role == .other,
      inTransaction: file.configuration.executeInTransaction)
    return survey.backfills.problems + [refusal].compactMap(\.self)
  }

  /// Whether the line of a place holds a placeholder: what its value makes of the line is not known.
  private static func isMasked(at offset: Int, _ bytes: [UInt8], _ masked: [UInt8]) -> Bool {
    let start = bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    return !bytes[start..<end].elementsEqual(masked[start..<end])
  }

  /// Why nothing of a file is read.
  private static func refusal(_ bytes: [UInt8], _ limits: SQLLimits) -> MigrationError? {
    guard bytes.count <= limits.bytes else {
      return MigrationError(
        .scriptTooLarge, "The file has \(bytes.count) bytes; at most \(limits.bytes) are read.",
        nextStep: "Cut the migration into several.", at: SourcePosition(byteOffset: 0, line: 1, column: 1))
    }
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    let place = LineTable(bytes).position(of: firstInvalid(bytes))
    return MigrationError(
      .invalidEncoding, "The byte at \(place) is no UTF-8.",
      nextStep: "Save the file as UTF-8.", at: place)
  }

  /// Behind the last character that is one.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return offset
      }
    }
  }

  private static func read(
    _ statement: SQLStatement, _ bytes: [UInt8], _ enums: inout NewEnumValues
  ) -> LintedStatement {
    let range = statement.byteOffset..<(statement.byteOffset + statement.text.utf8.count)
    let lexemes = Lexing.lexemes(bytes[range])
    let shapes = ShapeReader.shapes(lexemes, in: bytes)
    let value = enums.use(in: lexemes, shapes.first?.shape ?? .known)
    return LintedStatement(range: range, facts: statement.facts, shapes: shapes, newEnumValue: value)
  }
}

/// Values that a script adds to enums which were there before it: nothing may use them until it is committed.
private struct NewEnumValues {
  private var types: Set<String> = []
  private var values: Set<String> = []

  /// Takes a statement in.
  ///
  /// - Returns: the value that it uses too early.
  mutating func use(in lexemes: [Lexeme], _ shape: Shape) -> String? {
    switch shape {
    case .createOther(let other) where other.kind == "type":
      if let name = other.name { types.insert(name.name.name) }
    case .alterOther(let alter):
      if case .addValue(let value) = alter.action, let name = alter.name, !types.contains(name.name.name) {
        values.insert(value)
      }
    case .known: break
    default:
      guard !values.isEmpty else { return nil }
      return lexemes.first { $0.kind == .string && values.contains($0.text) }?.text
    }
    return nil
  }
}
