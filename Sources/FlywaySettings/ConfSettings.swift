internal import MigrationCore
internal import Support

/// What a `flyway.conf` says: Java properties with `${NAME}` for environment variables.
struct ConfSettings {
  private(set) var values: [String: Setting] = [:]
  private(set) var unknown: [UnknownKey] = []
  private(set) var notices: [String] = []

  init(text: String, path: String, environment: [String: String]) throws(SettingsError) {
    let entries: [(key: String, value: String, line: Int)]
    do throws(MigrationError) { entries = try JavaProperties.parse(text) } catch {
      throw SettingsError(
        .syntax, error.message, at: error.position.map { "\(path):\($0.line)" } ?? path, nextStep: error.nextStep)
    }
    for entry in entries {
      let key = Self.expand(entry.key, environment)
      let origin = Setting.Origin.file(path, line: entry.line)
      add(key, Setting(Redacted(Self.expand(entry.value, environment)), origin))
    }
  }

  private mutating func add(_ key: String, _ setting: Setting) {
    let name = key.hasPrefix("flyway.") ? String(key.dropFirst(7)) : key
    guard name != key || key.hasPrefix("whimbrel.") else {
      // Flyway passes over everything without its prefix.
      if SettingsKey.named(key) != nil {
        notices.append("\(key) (\(setting.origin)) is passed over: write flyway.\(key).")
      }
      return
    }
    guard let known = SettingsKey.named(name), known.kind != .map || known.name != name,
      known.name.hasPrefix("whimbrel.") == key.hasPrefix("whimbrel.")
    else {
      unknown.append(UnknownKey(name, setting.origin))
      return
    }
    guard known.places.contains(.conf) else {
      let place = known.places.contains(.toml) ? "flyway.toml or on the command line" : "the command line"
      unknown.append(UnknownKey(name, setting.origin, rightPlace: "Set it in \(place)."))
      return
    }
    values[name] = setting
  }

  /// Replaces `${NAME}` by the environment variable, and by nothing where there is none.
  ///
  /// Flyway does so before it reads the file's syntax; here a variable's value is taken as it is, with every backslash
  /// and line end.
  static func expand(_ text: String, _ environment: [String: String]) -> String {
    guard text.contains("${") else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.range(ofMark: "${") {
      let name = rest[start.upperBound...].prefix { character in
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
      }
      let end = rest[name.endIndex...]
      guard !name.isEmpty, end.first == "}" else {
        result += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        continue
      }
      result += rest[..<start.lowerBound]
      result += environment[String(name)] ?? ""
      rest = end.dropFirst()
    }
    return result + rest
  }
}

extension Substring {
  /// Where a short mark of ASCII characters first stands.
  func range(ofMark mark: String) -> Range<Index>? {
    var start = startIndex
    while let first = self[start...].utf8.firstIndex(of: mark.utf8.first ?? 0) {
      if self[first...].utf8.starts(with: mark.utf8) {
        return first..<utf8.index(first, offsetBy: mark.utf8.count)
      }
      start = utf8.index(after: first)
    }
    return nil
  }
}
