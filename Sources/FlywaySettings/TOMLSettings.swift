internal import Support
internal import TOML

/// What a `flyway.toml` says.
struct TOMLSettings {
  private(set) var values: [String: Setting] = [:]
  private(set) var unknown: [UnknownKey] = []
  private(set) var notices: [String] = []
  private let path: String

  init(bytes: [UInt8], path: String) throws(SettingsError) {
    self.path = path
    let root: TOMLNode
    do throws(TOMLError) { root = try TOMLNode.parse(bytes) } catch {
      throw SettingsError(
        .syntax, "Column \(error.column): \(error.message).", at: "\(path):\(error.line)",
        nextStep: "Correct the line; it must be TOML 1.0.")
    }
    for entry in root.entries { try readRoot(entry) }
    // A file of Flyway Desktop and the like: the community edition then passes over every key that it does not know
    // (`ModernConfigurationManager.generateMissingParametersException`).
    let ours: Set = ["flyway", "environments", "whimbrel", "id"]
    if root.entries.contains(where: { !ours.contains($0.key) }) {
      for key in unknown where key.rightPlace == nil {
        notices.append("\(key.name) (\(key.origin)) is no setting and is passed over. \(key.advice)")
      }
      unknown = unknown.filter { $0.rightPlace != nil }
    }
  }

  private mutating func readRoot(_ entry: TOMLNode.Entry) throws(SettingsError) {
    switch entry.key {
    case "flyway":
      for (name, leaf) in Self.leaves(entry.value) { try addSetting(name, leaf) }
    case "whimbrel":
      for (name, leaf) in Self.leaves(entry.value) { try addSetting("whimbrel.\(name)", leaf) }
    case "environments":
      for environment in entry.value.entries {
        guard environment.key.utf8.count <= Self.longestName else {
          unknown.append(UnknownKey("environments.\(environment.key.shown)", origin(environment.mark)))
          continue
        }
        values["environments.\(environment.key)"] = Setting(Redacted(""), origin(environment.mark))
        for (name, leaf) in Self.leaves(environment.value) { try addToEnvironment(environment.key, name, leaf) }
      }
    default: break
    }
  }

  private mutating func addSetting(_ name: String, _ leaf: TOMLNode) throws(SettingsError) {
    guard let known = SettingsKey.named(name), known.kind != .map || known.name != name else {
      unknown.append(UnknownKey(name, origin(leaf.mark)))
      return
    }
    guard known.places.contains(.toml) else {
      let place =
        known.places.contains(.environmentTable)
        ? "It belongs into a table [environments.<name>], such as [environments.default]."
        : "Set it on the command line."
      unknown.append(UnknownKey(name, origin(leaf.mark), rightPlace: place))
      return
    }
    try add(name, known, leaf)
  }

  private mutating func addToEnvironment(
    _ environment: String, _ name: String, _ leaf: TOMLNode
  ) throws(SettingsError) {
    let full = "environments.\(environment).\(name)"
    guard let known = SettingsKey.environmentKey(name) else {
      if name.hasPrefix("flyway.") {
        unknown.append(UnknownKey(full, origin(leaf.mark)))
      } else {
        let isSetting = SettingsKey.named(name)?.places.contains(.toml) == true
        let advice = isSetting ? "Write it into [environments.\(environment).flyway]." : ""
        // As Flyway: a warning only.
        notices.append("\(full) (\(origin(leaf.mark))) is no setting of an environment. \(advice)".trimmingBlanks)
      }
      return
    }
    try add(full, known, leaf)
  }

  private mutating func add(_ name: String, _ key: SettingsKey, _ leaf: TOMLNode) throws(SettingsError) {
    guard let value = Self.value(leaf) else {
      throw SettingsError(
        .invalidValue, "The value of \(name) is neither a text, a number, a boolean nor a list of these.",
        at: origin(leaf.mark).description, nextStep: "Write one of these.")
    }
    if case .list(let elements) = value {
      guard key.kind == .list || key.status != .used else {
        throw SettingsError(
          .invalidValue, "The value of \(name) is a list, but the setting holds only one value.",
          at: origin(leaf.mark).description, nextStep: "Write it without brackets.")
      }
      // As Flyway: an empty list changes nothing.
      if elements.isEmpty { return }
    }
    values[name] = Setting(value, origin(leaf.mark))
  }

  private func origin(_ mark: TOMLMark) -> Setting.Origin { .file(path, line: mark.line) }

  /// No name of a setting is longer, in bytes; what is, cannot multiply with the number of values below it.
  private static let longestName = 512

  /// The values of a table and of those in it, with dots between the keys on the way.
  private static func leaves(_ node: TOMLNode, below prefix: String = "") -> [(name: String, leaf: TOMLNode)] {
    node.entries.flatMap { entry -> [(String, TOMLNode)] in
      let isLong = prefix.utf8.count + entry.key.utf8.count > longestName
      let name = prefix + (isLong ? entry.key.shown : entry.key)
      guard case .table = entry.value.content, !isLong else { return [(name, entry.value)] }
      return leaves(entry.value, below: name + ".")
    }
  }

  private static func value(_ node: TOMLNode) -> Setting.Value? {
    if case .array(let elements) = node.content {
      let texts = elements.compactMap(text)
      return texts.count == elements.count ? .list(texts.map { Redacted($0) }) : nil
    }
    return text(node).map { .text(Redacted($0)) }
  }

  private static func text(_ node: TOMLNode) -> String? {
    switch node.content {
    case .string(let text), .time(let text): text
    case .integer(let number): String(number)
    case .boolean(let value): String(value)
    // Without its own digits 1.10 would become the version 1.1.
    case .float(_, let text): text.isEmpty ? nil : text
    case .array, .table: nil
    }
  }
}
