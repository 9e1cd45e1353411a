extension SettingsReading {
  /// The chosen environment's name.
  var environmentName: String {
    values.optionalText("environment")?.trimmingBlanks ?? "default"
  }

  /// Puts what `[environments.<name>]` says in its place, then resolves `${env.NAME}` in all values.
  ///
  /// Flags and environment variables such as `-url` come before the table, which comes before `.conf` files; only
  /// `-environments.<name>.url` comes before both. What `[environments.<name>.flyway]` says comes before everything
  /// (`ModernConfigurationManager.java`, `ClassicConfiguration.getEnvironmentOverrides`).
  mutating func chooseEnvironment() throws(SettingsError) {
    guard isModern else { return }
    try checkEnvironment()
    let start = "environments.\(environmentName)."
    for (name, setting) in values.settings where name.hasPrefix(start) {
      let key = String(name.dropFirst(start.count))
      if key.hasPrefix("flyway.") {
        values[String(key.dropFirst(7))] = setting
      } else if setting.origin.isArgument || values[key] == nil {
        values[key] = setting
      }
    }
    for (name, setting) in values.settings where name.hasPrefix("environments.") {
      values[name] = nil
      if name.hasPrefix(start), name.hasPrefix("\(start)resolvers.") {
        notices.append("\(name) (\(setting.origin)): Flyway sells most resolvers; here only ${env.NAME} is resolved.")
      }
    }
    let resolver = ValueResolver(
      environment: input.environment, placeholders: values.map("placeholders").mapValues(\.text))
    for (name, setting) in values.settings where !Self.neverResolved.contains(name) {
      values[name] = try resolver.resolve(setting, name)
    }
  }

  private static let neverResolved: Set<String> = [
    "initSql", "connectRetries", "connectRetriesInterval", "configFiles",
  ]

  private func checkEnvironment() throws(SettingsError) {
    let name = environmentName
    let connection = SettingsKey.all.filter { $0.places.contains(.environmentTable) }.map(\.name)
    // A flag or variable such as -url describes the environment well enough.
    let isDescribed = connection.contains { values[$0] != nil } || name == "default"
    guard !isDescribed, values["environments.\(name)"] == nil,
      !values.settings.keys.contains(where: { $0.hasPrefix("environments.\(name).") })
    else { return }
    let others = Set(values.settings.keys.compactMap(Self.environmentName)).sorted()
    throw SettingsError(
      .unknownEnvironment, "There is no environment `\(name.shown)`.", at: values.place("environment"),
      nextStep: others.isEmpty
        ? "Describe it in a table [environments.\(name.shown)] of flyway.toml."
        : "There are \(others.joined(separator: ", ")).")
  }

  private static func environmentName(_ key: String) -> String? {
    guard key.hasPrefix("environments.") else { return nil }
    return key.dropFirst(13).split(separator: ".").first.map(String.init)
  }
}
