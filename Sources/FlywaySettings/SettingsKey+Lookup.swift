internal import MigrationCore

extension SettingsKey {
  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
  private static let byVariable = Dictionary(
    all.compactMap { key in key.variable.map { ($0, key) } }
  ) { first, _ in first }
  private static let byFlag: [String: SettingsKey] = {
    var result = byName
    for key in all {
      let short = key.name.hasPrefix("whimbrel.") ? String(key.name.dropFirst(9)) : key.name
      for name in [short, kebab(short), kebab(key.name)] where result[name] == nil { result[name] = key }
    }
    result["output"] = byName["outputType"]
    result["q"] = byName["quiet"]
    result["X"] = byName["debug"]
    return result
  }()

  /// The setting of an exact name; for maps also with a part: `placeholders.who` is of `placeholders`.
  package static func named(_ name: String) -> SettingsKey? {
    if let key = byName[name] { return key }
    guard let dot = name.firstIndex(of: "."), let key = byName[String(name[..<dot])], key.kind == .map,
      name.index(after: dot) < name.endIndex
    else { return nil }
    return key
  }

  /// The canonical name of a flag, without its dashes: Flyway's spelling, kebab case (`out-of-order`), ours without
  /// `whimbrel.`, `q`, `X`, `output`; parts of maps (`placeholders.who`) and `environments.<name>.<key>` keep their part.
  package static func canonical(flag: String) -> (name: String, key: SettingsKey)? {
    if let key = byFlag[flag], key.kind != .map { return (key.name, key) }
    if let dot = flag.firstIndex(of: "."), flag.index(after: dot) < flag.endIndex,
      let key = byFlag[String(flag[..<dot])], key.kind == .map
    {
      return (key.name + flag[dot...], key)
    }
    let parts = flag.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[0] == "environments", !parts[1].isEmpty else { return nil }
    return environmentKey(parts[2]).map { (flag, $0) }
  }

  /// The setting that an environment variable sets, with its canonical name; nil for all others.
  package static func canonical(variable: String) -> (name: String, key: SettingsKey)? {
    if let key = byVariable[variable], key.kind != .map { return (key.name, key) }
    for key in all where key.kind == .map {
      guard let start = key.variable, variable.hasPrefix(start), variable.count > start.count else { continue }
      let part = variable.dropFirst(start.count)
      // The one name that Flyway spells out (`ConfigUtils.JDBC_PROPERTY_ENVIRONMENT_VARIABLE_MAP`).
      let name = variable == "FLYWAY_JDBC_PROPERTIES_ACCESSTOKEN" ? "accessToken" : part.lowercased()
      return ("\(key.name).\(name)", key)
    }
    return nil
  }

  /// The setting of a key inside `[environments.<name>]`: those of a connection, and all others as `flyway.<key>`.
  static func environmentKey(_ name: String) -> SettingsKey? {
    if name.hasPrefix("flyway.") {
      return named(String(name.dropFirst(7))).flatMap { $0.places.contains(.toml) ? $0 : nil }
    }
    if name.hasPrefix("resolvers.") {
      return SettingsKey(
        "resolvers", .map, in: [.environmentTable], status: .paid("Flyway sells it; only ${env.NAME} is resolved"),
        help: "")
    }
    return named(name).flatMap { $0.places.contains(.environmentTable) ? $0 : nil }
  }

  /// The name that somebody may have meant who wrote `name`.
  package static func nearest(to name: String) -> String? {
    NearestName.of(name, among: all.map(\.name))
  }

  /// `outOfOrder` as `out-of-order`.
  package static func kebab(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase, !result.isEmpty, result.last != "." { result.append("-") }
      result += character.lowercased()
    }
    return result
  }
}
