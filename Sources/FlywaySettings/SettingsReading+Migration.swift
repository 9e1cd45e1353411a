internal import MigrationCore
internal import Support

extension SettingsReading {
  /// What is a migration and what is to be done.
  func migration() throws(SettingsError) -> MigrationSettings {
    var settings = MigrationSettings()
    try takeNames(&settings)
    try takePlaceholders(&settings)
    try takeRun(&settings)
    try takeHistory(&settings)
    return settings
  }

  private func takeNames(_ settings: inout MigrationSettings) throws(SettingsError) {
    settings.naming = MigrationNaming(
      versionedPrefix: values.text("sqlMigrationPrefix"),
      repeatablePrefix: values.text("repeatableSqlMigrationPrefix"),
      baselinePrefix: values.text("baselineMigrationPrefix"), undoPrefix: values.text("undoSqlMigrationPrefix"),
      separator: try values.filledText("sqlMigrationSeparator"), suffixes: values.list("sqlMigrationSuffixes"))
    settings.validateMigrationNaming = try values.bool("validateMigrationNaming")
    let name = values.text("encoding").trimmingBlanks
    guard let encoding = CharacterEncoding(name) else {
      throw values.invalid("encoding", "is no encoding that is known", "Write one such as UTF-8 or ISO-8859-1.")
    }
    settings.encoding = encoding
    settings.detectEncoding = try values.bool("detectEncoding")
  }

  private func takePlaceholders(_ settings: inout MigrationSettings) throws(SettingsError) {
    settings.placeholders = values.map("placeholders").mapValues(\.text)
    settings.placeholderReplacement = try values.bool("placeholderReplacement")
    settings.placeholderPrefix = try values.filledText("placeholderPrefix")
    settings.placeholderSuffix = try values.filledText("placeholderSuffix")
    settings.placeholderSeparator = try values.filledText("placeholderSeparator")
    settings.scriptPlaceholderPrefix = try values.filledText("scriptPlaceholderPrefix")
    settings.scriptPlaceholderSuffix = try values.filledText("scriptPlaceholderSuffix")
    settings.powershellExecutable = values.optionalText("powershellExecutable")
    settings.builtInPlaceholders = ["workingDirectory": workingDirectory, "environment": environmentName]
    let reserved = "flyway" + settings.placeholderSeparator
    for name in settings.placeholders.keys.sorted() where name.lowercased().hasPrefix(reserved) {
      throw SettingsError(
        .reservedPlaceholder, "The placeholder `\(name.shown)` cannot be set: `\(reserved)` is for Flyway's own.",
        at: values.place("placeholders.\(name)"), nextStep: "Give the placeholder another name.")
    }
  }

  private func takeRun(_ settings: inout MigrationSettings) throws(SettingsError) {
    settings.target = try values.reading("target") { text throws(MigrationError) in try MigrationTarget(text) }
    settings.cherryPick = values.list("cherryPick").map { CherryPick($0) }
    settings.outOfOrder = try values.bool("outOfOrder")
    settings.validateOnMigrate = try values.bool("validateOnMigrate")
    settings.ignoreMigrationPatterns = try patterns()
    settings.group = try values.bool("group")
    settings.mixed = try values.bool("mixed")
    settings.executeInTransaction = try values.bool("executeInTransaction")
    settings.skipExecutingMigrations = try values.bool("skipExecutingMigrations")
    settings.skipDefaultCallbacks = try values.bool("skipDefaultCallbacks")
    settings.outputQueryResults = try values.bool("outputQueryResults")
    settings.cleanDisabled = try values.bool("cleanDisabled")
    settings.initSql = values.optionalText("initSql")
  }

  private func patterns() throws(SettingsError) -> [IgnorePattern] {
    var result: [IgnorePattern] = []
    for text in values.list("ignoreMigrationPatterns") {
      do throws(MigrationError) { result.append(try IgnorePattern(text)) } catch {
        throw SettingsError(
          .invalidValue, error.message, at: values.place("ignoreMigrationPatterns"), nextStep: error.nextStep)
      }
    }
    return result
  }

  private func takeHistory(_ settings: inout MigrationSettings) throws(SettingsError) {
    settings.table = try values.filledText("table")
    settings.tablespace = values.optionalText("tablespace")
    settings.schemas = values.list("schemas")
    settings.defaultSchema = values.optionalText("defaultSchema")
    settings.createSchemas = try values.bool("createSchemas")
    settings.installedBy = values.optionalText("installedBy")
    settings.baselineOnMigrate = try values.bool("baselineOnMigrate")
    settings.baselineVersion = values.text("baselineVersion")
    settings.baselineDescription = values.text("baselineDescription")
    _ = try values.reading("baselineVersion") { text throws(MigrationError) in try MigrationVersion(text) }
  }
}
