import Testing

@testable import FlywaySettings

@Suite("The table of settings")
struct SettingsKeyTests {
  @Test("no name and no environment variable stands twice")
  func unique() {
    let names = SettingsKey.all.map(\.name)
    #expect(Set(names).count == names.count)
    let variables = SettingsKey.all.compactMap(\.variable)
    #expect(Set(variables).count == variables.count)
  }

  @Test(
    "a flag is found in Flyway's spelling, in kebab case, and ours without its prefix",
    arguments: [
      ("outOfOrder", "outOfOrder"), ("out-of-order", "outOfOrder"), ("url", "url"), ("q", "quiet"), ("X", "debug"),
      ("lock-timeout", "whimbrel.lockTimeout"), ("whimbrel.lockTimeout", "whimbrel.lockTimeout"),
      ("placeholders.who", "placeholders.who"), ("placeholders.flyway:x", "placeholders.flyway:x"),
      ("jdbc-properties.sslMode", "jdbcProperties.sslMode"), ("environments.dev.url", "environments.dev.url"),
      ("environments.dev.flyway.outOfOrder", "environments.dev.flyway.outOfOrder"), ("output", "outputType"),
      ("postgresql.transactional.lock", "postgresql.transactional.lock"), ("check.buildUrl", "check.buildUrl"),
      ("OutOfOrder", nil), ("placeholders.", nil), ("placeholders", nil), ("environments.dev", nil), ("", nil),
      ("environments..url", nil), ("environments.dev.outOfOrder", nil), ("foo", nil), ("url.x", nil),
    ])
  func flags(flag: String, name: String?) {
    #expect(SettingsKey.canonical(flag: flag)?.name == name)
  }

  @Test(
    "an environment variable is found under Flyway's name",
    arguments: [
      ("FLYWAY_URL", "url"), ("FLYWAY_BASELINE_ON_MIGRATE", "baselineOnMigrate"),
      ("FLYWAY_PLACEHOLDERS_TWO_WORDS", "placeholders.two_words"),
      ("FLYWAY_JDBC_PROPERTIES_SSLMODE", "jdbcProperties.sslmode"),
      ("FLYWAY_JDBC_PROPERTIES_ACCESSTOKEN", "jdbcProperties.accessToken"), ("FLYWAY_DRYRUN_OUTPUT", "dryRunOutput"),
      ("FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "postgresql.transactional.lock"),
      ("WHIMBREL_LOCK_TIMEOUT", "whimbrel.lockTimeout"), ("FLYWAY_PLACEHOLDERS_", nil), ("FLYWAY_FOO_BAR", nil),
      ("FLYWAY_ENVIRONMENT", nil), ("flyway_url", nil),
    ])
  func variables(variable: String, name: String?) {
    #expect(SettingsKey.canonical(variable: variable)?.name == name)
  }

  @Test("every default can be read as what the setting holds")
  func defaults() {
    for key in SettingsKey.all where !key.fallback.isEmpty {
      switch key.kind {
      case .bool: #expect(["true", "false"].contains(key.fallback), "\(key.name)")
      case .int: #expect(Int(key.fallback) != nil, "\(key.name)")
      default: break
      }
    }
  }
}
