/// The comments of a script that ignore findings.
///
/// `-- whimbrel-ignore RULE[, RULE] [until=YYYY-MM-DD]: reason` for the statement that it stands in, at the end of, or before;
/// `-- whimbrel-ignore-file ...` for all of the file; `-- approve: reason` for what throws away or renames.
struct IgnoreComments {
  private struct Comment {
    let range: Range<Int>
    let rules: [String]
    /// Nil for the whole file.
    let statement: Range<Int>?
    let isWholeFile: Bool
    var fault: String?
    /// Whether it says nothing of use even when it is in order: an approval need not be needed.
    var isApproval = false
  }

  private var comments: [Comment] = []

  init(_ bytes: [UInt8], statements: [Range<Int>], today: String) {
    guard Self.mayHold(bytes) else { return }
    var start = 0
    while start < bytes.count, comments.count < 1000 {
      let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
      if let mark = Self.mark(bytes[start..<end]) {
        read(mark, String(decoding: bytes[mark], as: UTF8.self), bytes, statements, today)
      }
      start = end + 1
    }
  }

  /// The comment that ignores a rule's finding at a place, by its number.
  func ignoring(_ rule: String, at offset: Int) -> Int? {
    comments.indices.first { index in
      let comment = comments[index]
      guard comment.fault == nil, comment.rules.contains(rule) else { return false }
      return comment.isWholeFile || comment.statement?.contains(offset) == true
    }
  }

  /// What is wrong with comments, those that were of no use included.
  func faults(used: Set<Int>) -> [Remark] {
    comments.indices.compactMap { index in
      let comment = comments[index]
      if let fault = comment.fault { return Remark(comment.range, fault) }
      guard !used.contains(index), !comment.isApproval else { return nil }
      return Remark(
        comment.range, "Nothing of \(comment.rules.joined(separator: ", ")) is found here.", level: .info,
        remedy: "Delete the comment.")
    }
  }
}

// MARK: Reading

extension IgnoreComments {
  private static let words = ["whimbrel-ignore-file", "whimbrel-ignore", "approve:"]

  /// Most files hold none, and need not be searched line by line.
  private static func mayHold(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { index in
      (bytes[index] == UInt8(ascii: "w") && bytes[index...].starts(with: "whimbrel-ignore".utf8))
        || (bytes[index] == UInt8(ascii: "a") && bytes[index...].starts(with: "approve:".utf8))
    }
  }

  /// The range of a comment of ours in a line, from its two dashes on.
  private static func mark(_ line: ArraySlice<UInt8>) -> Range<Int>? {
    guard line.count > 4 else { return nil }
    for index in line.startIndex..<(line.endIndex - 2)
    where line[index] == UInt8(ascii: "-") && line[index + 1] == UInt8(ascii: "-") {
      let text = line[(index + 2)...].drop { $0 == 0x20 || $0 == 0x09 }
      return words.contains { text.starts(with: $0.utf8) } ? index..<line.endIndex : nil
    }
    return nil
  }

  private mutating func read(
    _ range: Range<Int>, _ text: String, _ bytes: [UInt8], _ statements: [Range<Int>], _ today: String
  ) {
    let content = text.dropFirst(2).drop { $0 == " " || $0 == "\t" }
    let parts = content.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let reason = parts.count > 1 ? parts[1].drop { $0 == " " || $0 == "\t" } : ""
    let words = parts[0].split { $0 == " " || $0 == "," || $0 == "\t" }.map(String.init)
    let isApproval = words.first == "approve"
    let until = words.first { $0.hasPrefix("until=") }.map { String($0.dropFirst(6)) }
    let rules = isApproval ? ["safe-drop", "safe-rename"] : words.dropFirst().filter { !$0.hasPrefix("until=") }
    comments.append(
      Comment(
        range: range, rules: rules, statement: Self.statement(at: range.lowerBound, bytes, statements),
        isWholeFile: words.first == "whimbrel-ignore-file",
        fault: Self.fault(rules, String(reason), until, today, words), isApproval: isApproval))
  }

  private static func fault(
    _ rules: [String], _ reason: String, _ until: String?, _ today: String, _ words: [String]
  ) -> String? {
    if rules.isEmpty { return "The comment names no rule, so it ignores nothing." }
    if let unknown = rules.first(where: { Rule.named($0) == nil }) {
      return "There is no rule `\(unknown.prefix(40))`, so the comment ignores nothing."
    }
    if reason.allSatisfy({ $0 == " " || $0 == "." }) { return "The comment gives no reason, so it ignores nothing." }
    guard let until else { return nil }
    guard isDate(until) else {
      return "`\(until.prefix(20))` is no day like 2027-01-31, so the comment ignores nothing."
    }
    return !today.isEmpty && until < today
      ? "The comment was good until \(until), so it ignores nothing any more." : nil
  }

  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], let month = Int(parts[1]), let day = Int(parts[2]), Int(parts[0]) != nil
    else {
      return false
    }
    return (1...12).contains(month) && (1...31).contains(day)
  }

  /// The statement around an offset, or that ends on the line before it, else the next one; `statements` are in order.
  private static func statement(at offset: Int, _ bytes: [UInt8], _ statements: [Range<Int>]) -> Range<Int>? {
    var low = 0
    var high = statements.count
    while low < high {
      let middle = (low + high) / 2
      if statements[middle].lowerBound > offset { high = middle } else { low = middle + 1 }
    }
    let next = low < statements.count ? statements[low] : nil
    guard low > 0 else { return next }
    let before = statements[low - 1]
    if before.contains(offset) { return before }
    let isOnItsLine = !bytes[before.upperBound..<max(before.upperBound, offset)].contains { $0 == 0x0A || $0 == 0x0D }
    return isOnItsLine ? before : next
  }
}
