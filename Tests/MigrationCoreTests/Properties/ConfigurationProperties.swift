internal import MigrationCore
internal import Support

/// What must hold for `.conf` files, placeholders and encodings, whatever the text: shared by the fuzzer and the tests.
enum ConfigurationProperties {
  /// Takes the input as a properties file, as a script's `.conf`, as a text with placeholders and as a script.
  static func check(_ bytes: [UInt8]) throws(Violation) {
    let text = String(decoding: bytes, as: UTF8.self)
    try checkProperties(text)
    try checkScriptConfiguration(text)
    for (prefix, suffix) in [("${", "}"), ("$", "$"), ("[[", "]"), ("aa", "a")] {
      try checkPlaceholders(text, prefix, suffix)
    }
    try checkCondition(text)
    try EncodingProperties.check(bytes)
  }

  // MARK: Java properties

  private static func checkProperties(_ text: String) throws(Violation) {
    let entries = try parsed(text)
    let lines = lines(of: text)
    var last = 0
    for entry in entries {
      try Violation.unless(entry.line > last && entry.line <= lines.count, "\(entry.key) in line \(entry.line)")
      last = entry.line
    }
    let meant = lines.filter { !$0.isEmpty && $0.first != 35 && $0.first != 33 }
    if !meant.contains(where: { $0.last == 92 }) {
      try Violation.unless(entries.count == meant.count, "\(meant.count) lines are \(entries.count) settings")
    }
    try checkWrittenAgain(entries)
  }

  /// Each setting alone, written as `key=value`, is the same setting; only joined lines can make one that begins like
  /// a comment or ends with a blank.
  private static func checkWrittenAgain(_ entries: [(key: String, value: String, line: Int)]) throws(Violation) {
    for (key, value, _) in entries {
      if let first = key.utf8.first, first == 35 || first == 33 || first <= 32 { continue }
      if let last = value.utf8.last, last <= 32 { continue }
      let again = try parsed("\(key)=\(value)")
      let isSame = again.count == 1 && again[0].key.utf8.elementsEqual(key.utf8)
      try Violation.unless(isSame && again[0].value.utf8.elementsEqual(value.utf8), "\(key)=\(value) is \(again)")
    }
  }

  private static func parsed(_ text: String) throws(Violation) -> [(key: String, value: String, line: Int)] {
    do throws(MigrationError) {
      return try JavaProperties.parse(text)
    } catch {
      throw Violation("properties are refused: \(error.message)")
    }
  }

  /// Lines that end at LF, CR LF or CR, without control characters and blanks around them.
  private static func lines(of text: String) -> [[UInt8]] {
    let unified = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }.flatMap { line in
      let ended = line.last == "\r" ? line.dropLast() : line
      return ended.split(omittingEmptySubsequences: false) { $0 == "\r" }.map { Array(String($0).utf8) }
    }
    return unified.map { line in Array(line.drop { $0 <= 32 }.reversed().drop { $0 <= 32 }.reversed()) }
  }

  // MARK: A script's configuration

  private static func checkScriptConfiguration(_ text: String) throws(Violation) {
    let entries = try parsed(text)
    let read: ScriptConfiguration
    do throws(MigrationError) {
      read = try ScriptConfiguration(parsing: text)
    } catch {
      let isComplete = error.code == .invalidSetting && !error.message.isEmpty && !error.nextStep.isEmpty
      try Violation.unless(isComplete, "\(error)")
      let line = error.position?.line ?? 1
      return try Violation.unless(line <= lines(of: text).count, "\(error.message) in line \(line)")
    }
    let isKnown = entries.allSatisfy { ScriptConfiguration.keys.contains($0.key) }
    try Violation.unless(isKnown, "an unknown key is passed over: \(entries)")
    let value = entries.last { $0.key == "executeInTransaction" }?.value.lowercased()
    try Violation.unless(
      read.executeInTransaction.map(\.description) == value, "executeInTransaction is \(value ?? "")")
  }

  /// A condition in parentheses, or joined with itself, says the same.
  private static func checkCondition(_ text: String) throws(Violation) {
    let condition = String(decoding: text.utf8.prefix { $0 != 10 && $0 != 13 && $0 != 92 }, as: UTF8.self)
    guard let plain = evaluated(condition) else { return }
    for form in ["(\(condition))", "\(condition) || \(condition)", "\(condition) && \(condition)"] {
      let value = evaluated(form)
      // At most 64 parentheses deep.
      let isDeep = condition.utf8.count { $0 == 40 } >= 64
      try Violation.unless(value == plain || isDeep, "\(condition) is \(plain), \(form) \(String(describing: value))")
    }
  }

  private static func evaluated(_ condition: String) -> Bool? {
    (try? ScriptConfiguration(parsing: "shouldExecute=\(condition)"))?.shouldExecute
  }
}

// MARK: Placeholders

extension ConfigurationProperties {
  private static let values = ["a": "1", "empty": "", "flyway:table": "${a}", "É": "$a$"]

  private static func checkPlaceholders(_ text: String, _ prefix: String, _ suffix: String) throws(Violation) {
    let expected = replaced(Array(text.utf8), prefix: Array(prefix.utf8), suffix: Array(suffix.utf8))
    let found: String
    do throws(MigrationError) {
      found = try Placeholders(values, prefix: prefix, suffix: suffix).replace(in: text)
    } catch {
      try Violation.unless(expected == nil, "\(text): \(error.message)")
      let rest = Array(text.utf8).dropFirst(error.position?.byteOffset ?? text.utf8.count)
      return try Violation.unless(rest.starts(with: prefix.utf8), "\(error.message), but nothing begins there")
    }
    try Violation.unless(Array(found.utf8) == expected, "\(text) becomes \(found)")
  }

  /// From left to right, nothing looked through again; nil if a name has no value or no end.
  private static func replaced(_ text: [UInt8], prefix: [UInt8], suffix: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      guard rest.starts(with: prefix) else {
        result.append(rest.removeFirst())
        continue
      }
      rest = rest.dropFirst(prefix.count)
      var name: [UInt8] = []
      while !rest.isEmpty, !rest.starts(with: suffix) { name.append(rest.removeFirst()) }
      guard !rest.isEmpty else { return nil }
      let wanted = String(decoding: name, as: UTF8.self).lowercased()
      guard let value = values.first(where: { $0.key.lowercased() == wanted })?.value else { return nil }
      result += value.utf8
      rest = rest.dropFirst(suffix.count)
    }
    return result
  }
}
