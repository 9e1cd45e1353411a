internal import MigrationCore
internal import Support

/// All settings that were given, by name, each with the value that counts.
struct SettingsValues: Sendable {
  private(set) var settings: [String: Setting] = [:]

  subscript(name: String) -> Setting? {
    get { settings[name] }
    set { settings[name] = newValue }
  }

  /// The place of a setting, for messages; empty if it is not set.
  func place(_ name: String) -> String { settings[name]?.origin.description ?? "" }

  /// The text of a setting; nil if it is not set or empty.
  func optionalText(_ name: String) -> String? {
    settings[name].map(\.text).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The text of a setting, or its default.
  func text(_ name: String) -> String {
    settings[name]?.text ?? SettingsKey.named(name)?.fallback ?? ""
  }

  /// The text of a setting that must not be empty, or its default.
  func filledText(_ name: String) throws(SettingsError) -> String {
    let text = text(name)
    guard !text.isEmpty else { throw invalid(name, "is empty", "Give it a text, or leave the setting away.") }
    return text
  }

  func bool(_ name: String) throws(SettingsError) -> Bool {
    switch text(name).trimmingBlanks.lowercased() {
    case "true": return true
    case "false": return false
    default: throw invalid(name, "is neither true nor false", "Write true or false.")
    }
  }

  func int(_ name: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
    guard let value = Int(text(name).trimmingBlanks), range.contains(value) else {
      let span =
        range.upperBound == Int.max
        ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
      throw invalid(name, "is no whole number \(span)", "Write such a number.")
    }
    return value
  }

  func duration(_ name: String) throws(SettingsError) -> Duration {
    guard let value = DurationText.parse(text(name).trimmingBlanks) else {
      throw invalid(name, "is no duration", "Write one such as 500ms, 5s, 2m or 1h30m.")
    }
    return value
  }

  /// The elements of a list; of one that is not set, or empty, those of its default.
  ///
  /// Only `ignoreMigrationPatterns` can be emptied, which takes its default away.
  func list(_ name: String) -> [String] {
    let elements = settings[name]?.elements.filter { !$0.isEmpty } ?? []
    if !elements.isEmpty || (settings[name] != nil && name == "ignoreMigrationPatterns") { return elements }
    return Setting(Redacted(SettingsKey.named(name)?.fallback ?? ""), .argument("")).elements
  }

  /// The values of a map by the second part of their names.
  func map(_ name: String) -> [String: Setting] {
    let start = name + "."
    var result: [String: Setting] = [:]
    for (key, setting) in settings where key.hasPrefix(start) { result[String(key.dropFirst(start.count))] = setting }
    return result
  }

  /// An error about the value of a setting, which it shows unless it may hold a secret.
  func invalid(_ name: String, _ problem: String, _ nextStep: String) -> SettingsError {
    let value = settings[name].map(\.text) ?? ""
    let shown = SettingsKey.isSecret(name) || value.isEmpty ? "" : ", `\(value.shown)`,"
    return SettingsError(.invalidValue, "The value of \(name)\(shown) \(problem).", at: place(name), nextStep: nextStep)
  }

  /// The result of a reading by the core, with its error told as one about a setting.
  func reading<Value>(
    _ name: String, _ read: (String) throws(MigrationError) -> Value
  ) throws(SettingsError) -> Value {
    do throws(MigrationError) { return try read(text(name).trimmingBlanks) } catch {
      let code: SettingsError.Code = error.code == .invalidVersion ? .invalidVersion : .invalidValue
      throw SettingsError(code, "\(name): \(error.message)", at: place(name), nextStep: error.nextStep)
    }
  }
}
