internal import MigrationCore
internal import Support

extension SettingsReading {
  /// What all the values come to.
  func configuration() throws(SettingsError) -> FlywayConfiguration {
    try refuseDryRun()
    return FlywayConfiguration(
      connection: try connection(), locations: try locations("locations"),
      callbackLocations: values["callbackLocations"] == nil ? nil : try locations("callbackLocations"),
      failOnMissingLocations: try values.bool("failOnMissingLocations"), migration: try migration(),
      execution: try execution(), lockRetryCount: try values.int("lockRetryCount", in: -1...Int.max),
      output: try output(), infoFilters: try infoFilters(), environmentName: environmentName,
      workingDirectory: workingDirectory, filesRead: filesRead, notices: notices)
  }

  // Who asks for a dry run must not get a real one.
  private func refuseDryRun() throws(SettingsError) {
    guard values.optionalText("dryRunOutput") != nil else { return }
    throw SettingsError(
      .unsupported, "dryRunOutput is sold by Flyway; its open edition passes over it and applies the migrations.",
      at: values.place("dryRunOutput"), nextStep: "Take it away; whimbrel plan shows what would run.")
  }

  private func connection() throws(SettingsError) -> ConnectionSettings {
    ConnectionSettings(
      url: values.optionalText("url").map { Redacted($0.trimmingBlanks) }, urlPlace: values.place("url"),
      user: values.optionalText("user"), password: values.optionalText("password").map { Redacted($0) },
      connectRetries: try values.int("connectRetries", in: 0...Int.max),
      connectRetriesInterval: .seconds(try values.int("connectRetriesInterval", in: 0...86_400)),
      jdbcProperties: values.map("jdbcProperties").mapValues { Redacted($0.text) },
      initSql: values.optionalText("initSql"), systemUser: input.environment["USER"] ?? input.environment["LOGNAME"],
      passwordFile: input.environment["PGPASSFILE"] ?? input.homeDirectory.map { Location.absolute(".pgpass", $0) })
  }

  private func locations(_ name: String) throws(SettingsError) -> [Location] {
    var result: [Location] = []
    for text in values.list(name) {
      do throws(SettingsError) { result.append(try Location(text, relativeTo: workingDirectory)) } catch {
        throw SettingsError(error.code, error.message, at: values.place(name), nextStep: error.nextStep)
      }
    }
    return result
  }

  private func execution() throws(SettingsError) -> ExecutionChoices {
    var choices = ExecutionChoices()
    if values["whimbrel.lockTimeout"] != nil { choices.lockTimeout = try values.duration("whimbrel.lockTimeout") }
    if values["whimbrel.statementTimeout"] != nil {
      choices.statementTimeout = try values.duration("whimbrel.statementTimeout")
    }
    if values["whimbrel.lockRetries"] != nil {
      choices.lockRetries = try values.int("whimbrel.lockRetries", in: 0...10_000)
    }
    if values["whimbrel.multiShardMode"] != nil {
      let known = ["Auto", "Sequential", "Parallel"]
      let text = values.text("whimbrel.multiShardMode").lowercased()
      guard let mode = known.first(where: { $0.lowercased() == text }) else {
        throw values.invalid("whimbrel.multiShardMode", "is no mode", "Write Auto, Sequential or Parallel.")
      }
      choices.multiShardMode = mode
    }
    choices.usesScratchDatabase = try values.bool("whimbrel.scratchDatabase")
    return choices
  }

  private func output() throws(SettingsError) -> OutputChoices {
    var output = OutputChoices()
    if let text = values.optionalText("outputType") {
      guard let form = OutputChoices.Form(rawValue: text.lowercased()) else {
        throw values.invalid("outputType", "is no form of output", "Write json, or leave it away for text.")
      }
      output.form = form
    }
    if let text = values.optionalText("color") {
      guard let color = OutputChoices.Color(rawValue: text) else {
        throw values.invalid("color", "is not known", "Write always, never or auto.")
      }
      output.color = color
    }
    output.isQuiet = try values.bool("quiet")
    output.isDebug = try values.bool("debug")
    return output
  }

  private func infoFilters() throws(SettingsError) -> InfoFilters {
    var filters = InfoFilters()
    filters.sinceDate = try date("infoSinceDate")
    filters.untilDate = try date("infoUntilDate")
    if values.optionalText("infoSinceVersion") != nil {
      filters.sinceVersion = try values.reading("infoSinceVersion") { text throws(MigrationError) in
        try MigrationVersion(text)
      }
    }
    if values.optionalText("infoUntilVersion") != nil {
      filters.untilVersion = try values.reading("infoUntilVersion") { text throws(MigrationError) in
        try MigrationVersion(text)
      }
    }
    let states = values.list("infoOfState")
    if !states.isEmpty { filters.states = try Set(self.states(states)) }
    filters.onlyIdentifiers = try values.bool("migrationIds")
    return filters
  }

  private func states(_ texts: [String]) throws(SettingsError) -> [MigrationState] {
    var result: [MigrationState] = []
    for text in texts {
      guard let state = MigrationState(rawValue: text.uppercased()) else {
        let near = NearestName.of(text, among: MigrationState.allCases.map(\.rawValue))
        throw SettingsError(
          .invalidValue, "`\(text.shown)` is no state of a migration.", at: values.place("infoOfState"),
          nextStep: near.map { "Did you mean \($0.lowercased())?" } ?? "Write states such as pending,success.")
      }
      result.append(state)
    }
    return result
  }

  private func date(_ name: String) throws(SettingsError) -> String? {
    guard let text = values.optionalText(name) else { return nil }
    guard let date = InfoFilters.date(text) else {
      throw values.invalid(name, "is no time", "Write dd/MM/yyyy HH:mm, such as 13/10/2026 16:30.")
    }
    return date
  }
}
