internal import MigrationCore

/// Makes findings of what was noted about one file: levels, places, ignored ones.
struct FileReport {
  private let file: LintFile
  private let settings: LintSettings
  private let lines: LineTable
  private let comments: IgnoreComments
  private let statements: [Range<Int>]
  private(set) var ignored = 0
  private var occurrences: [String: Int] = [:]

  init(file: LintFile, statements: [Range<Int>], settings: LintSettings) {
    self.file = file
    self.settings = settings
    self.statements = statements
    lines = LineTable(file.bytes)
    comments = IgnoreComments(file.bytes, statements: statements, today: settings.today)
  }

  mutating func findings(_ remarks: [(rule: Rule, remark: Remark)]) -> [Finding] {
    let sorted = remarks.enumerated().sorted { left, right in
      let (one, other) = (left.element.remark.range.lowerBound, right.element.remark.range.lowerBound)
      return one == other ? left.offset < right.offset : one < other
    }.map(\.element)
    var used: Set<Int> = []
    var findings: [Finding] = []
    for (rule, remark) in sorted {
      guard let level = level(rule, remark) else { continue }
      if let comment = comments.ignoring(rule.id, at: remark.range.lowerBound) {
        used.insert(comment)
        ignored += 1
      } else {
        findings.append(finding(rule, remark, level))
      }
    }
    // What is wrong with comments comes behind what they do not ignore.
    for remark in comments.faults(used: used) {
      guard let level = level(.ignoreComment, remark) else { continue }
      findings.append(finding(.ignoreComment, remark, level))
    }
    return findings.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private func level(_ rule: Rule, _ remark: Remark) -> Level? {
    Self.level(rule, remark, settings, file.path)
  }

  /// The settings' level wins; one that lowers the rule keeps what is even less.
  private static func level(_ rule: Rule, _ remark: Remark, _ settings: LintSettings, _ path: String) -> Level? {
    switch settings.weight(of: rule.id, in: path) {
    case .off: nil
    case .level(let level): min(level, remark.level ?? level)
    case nil: remark.level ?? rule.level
    }
  }

  private mutating func finding(_ rule: Rule, _ remark: Remark, _ level: Level) -> Finding {
    let count = file.bytes.count
    let start = min(remark.range.lowerBound, count)
    let range = start..<min(max(remark.range.upperBound, start), count)
    return Finding(
      rule: rule.id, level: level, path: file.path, range: range, start: lines.position(of: range.lowerBound),
      end: lines.position(of: range.upperBound), message: remark.message, remedy: remark.remedy ?? rule.remedy,
      edits: remark.edits, fingerprint: fingerprint(rule, range))
  }

  /// Of the rule and the statement's text without blanks, and which of equal ones it is: it outlives changes elsewhere.
  private mutating func fingerprint(_ rule: Rule, _ range: Range<Int>) -> String {
    let statement = statement(at: range.lowerBound)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in rule.id.utf8 { add(byte) }
    add(0)
    if let statement {
      for byte in file.bytes[statement] where byte > 0x20 { add(byte) }
    }
    let key = String(hash, radix: 16)
    let number = occurrences[key, default: 0]
    occurrences[key] = number + 1
    let digits = String(repeating: "0", count: max(0, 16 - key.count)) + key
    return number == 0 ? digits : "\(digits)-\(number)"
  }

  /// Statements are in order.
  private func statement(at offset: Int) -> Range<Int>? {
    var low = 0
    var high = statements.count
    while low < high {
      let middle = (low + high) / 2
      if statements[middle].lowerBound > offset { high = middle } else { low = middle + 1 }
    }
    return low > 0 && statements[low - 1].contains(offset) ? statements[low - 1] : nil
  }

  static func finding(onRemoved remark: Remark, _ rule: Rule, _ settings: LintSettings) -> Finding? {
    let path = remark.path ?? ""
    guard let level = level(rule, remark, settings, path) else { return nil }
    let start = SourcePosition(byteOffset: 0, line: 1, column: 1)
    return Finding(
      rule: rule.id, level: level, path: path, range: 0..<0, start: start, end: start, message: remark.message,
      remedy: remark.remedy ?? rule.remedy, edits: [], fingerprint: rule.id)
  }
}
