internal import MigrationCore
internal import Support

/// Reads `spec.flyway`: Flyway's defaults for what is absent, and every text that has a form checked.
struct FlywayReader {
  private(set) var problems: [String] = []
  private var settings = MigrationSettings()

  mutating func read(_ spec: FlywaySpec) -> MigrationSettings {
    readHistory(spec)
    readScripts(spec)
    readPlaceholders(spec)
    readRun(spec)
    return settings
  }

  private mutating func readHistory(_ spec: FlywaySpec) {
    set(\.table, spec.table)
    settings.tablespace = spec.tablespace
    set(\.schemas, spec.schemas)
    settings.defaultSchema = spec.defaultSchema
    set(\.createSchemas, spec.createSchemas)
    settings.installedBy = spec.installedBy
    set(\.baselineOnMigrate, spec.baselineOnMigrate)
    set(\.baselineVersion, spec.baselineVersion)
    set(\.baselineDescription, spec.baselineDescription)
  }

  private mutating func readScripts(_ spec: FlywaySpec) {
    set(\.naming.versionedPrefix, spec.sqlMigrationPrefix)
    set(\.naming.repeatablePrefix, spec.repeatableSqlMigrationPrefix)
    set(\.naming.baselinePrefix, spec.baselineMigrationPrefix)
    set(\.naming.undoPrefix, spec.undoSqlMigrationPrefix)
    set(\.naming.separator, spec.sqlMigrationSeparator)
    set(\.naming.suffixes, spec.sqlMigrationSuffixes)
    // A file with a bad name is reported, never silently left out.
    settings.validateMigrationNaming = spec.validateMigrationNaming ?? true
    guard let name = spec.encoding else { return }
    guard let encoding = CharacterEncoding(name) else {
      problems.append(
        "spec.flyway.encoding: '\(name.prefix(40))' is no known encoding; write UTF-8, ISO-8859-1 or the like")
      return
    }
    settings.encoding = encoding
  }

  private mutating func readPlaceholders(_ spec: FlywaySpec) {
    set(\.placeholders, spec.placeholders)
    set(\.placeholderReplacement, spec.placeholderReplacement)
    set(\.placeholderPrefix, spec.placeholderPrefix)
    set(\.placeholderSuffix, spec.placeholderSuffix)
    set(\.placeholderSeparator, spec.placeholderSeparator)
    let reserved = "flyway\(settings.placeholderSeparator)"
    for name in settings.placeholders.keys.sorted() where name.lowercased().hasPrefix(reserved.lowercased()) {
      problems.append("spec.flyway.placeholders: '\(name)' is reserved; names must not start with '\(reserved)'")
    }
  }

  private mutating func readRun(_ spec: FlywaySpec) {
    set(\.outOfOrder, spec.outOfOrder)
    set(\.validateOnMigrate, spec.validateOnMigrate)
    set(\.skipDefaultCallbacks, spec.skipDefaultCallbacks)
    set(\.skipExecutingMigrations, spec.skipExecutingMigrations)
    set(\.group, spec.group)
    set(\.mixed, spec.mixed)
    set(\.executeInTransaction, spec.executeInTransaction)
    settings.initSql = spec.initSql
    set(\.cherryPick, spec.cherryPick?.map { CherryPick($0) })
    set(\.target, parsed("target", spec.target) { text throws(MigrationError) in try MigrationTarget(text) })
    guard let patterns = spec.ignoreMigrationPatterns else { return }
    settings.ignoreMigrationPatterns = patterns.compactMap { pattern in
      parsed("ignoreMigrationPatterns", pattern) { text throws(MigrationError) in try IgnorePattern(text) }
    }
  }

  private mutating func set<Value>(_ path: WritableKeyPath<MigrationSettings, Value>, _ value: Value?) {
    if let value { settings[keyPath: path] = value }
  }

  private mutating func parsed<Value>(
    _ field: String, _ text: String?, _ parse: (String) throws(MigrationError) -> Value
  ) -> Value? {
    guard let text else { return nil }
    do throws(MigrationError) {
      return try parse(text)
    } catch {
      problems.append("spec.flyway.\(field): \(error.message); \(error.nextStep)")
      return nil
    }
  }
}
