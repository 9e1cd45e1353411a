import FlywaySettings
import MigrationCore
import Support
import Testing

@Suite("Settings from flags and environment variables")
struct VariablesAndArgumentsTests {
  @Test("defaults are Flyway's")
  func defaults() throws {
    let configuration = try Files().read()
    var settings = MigrationSettings()
    settings.builtInPlaceholders = ["environment": "default", "workingDirectory": "/project"]
    #expect(configuration.migration == settings)
    #expect(configuration.locations.map(\.path) == ["/project/sql"])
    #expect(configuration.callbackLocations == nil)
    #expect(configuration.lockRetryCount == 50)
    #expect(configuration.connection.connectRetries == 0)
    #expect(configuration.connection.connectRetriesInterval == .seconds(120))
    #expect(configuration.output == OutputChoices())
    #expect(configuration.infoFilters == InfoFilters())
    #expect(configuration.execution == ExecutionChoices())
    #expect(configuration.notices.isEmpty && configuration.filesRead.isEmpty)
  }

  @Test("environment variables set what they are named after")
  func variables() throws {
    let configuration = try Files(environment: [
      "FLYWAY_URL": "jdbc:postgresql://h/db", "FLYWAY_USER": "postgres", "FLYWAY_LOCATIONS": "filesystem:/sql",
      "FLYWAY_PLACEHOLDERS_WHO": "env", "FLYWAY_PLACEHOLDERS_TWO_WORDS": "tw", "FLYWAY_BASELINE_ON_MIGRATE": "true",
      "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK": "false", "FLYWAY_JDBC_PROPERTIES_SSLMODE": "disable",
      "WHIMBREL_STATEMENT_TIMEOUT": "1h", "environments_default_password": "p", "PATH": "/bin",
    ]).read()
    #expect(configuration.connection.user == "postgres")
    #expect(configuration.connection.password?.reveal() == "p")
    #expect(configuration.migration.placeholders == ["who": "env", "two_words": "tw"])
    #expect(configuration.migration.baselineOnMigrate)
    #expect(configuration.execution.statementTimeout == .seconds(3600))
    #expect(configuration.connection.jdbcProperties["sslmode"]?.reveal() == "disable")
    #expect(configuration.notices.count == 1)
  }

  @Test("a FLYWAY_ variable that sets nothing is no error, but is named with the nearest one")
  func unknownVariable() throws {
    let configuration = try Files(environment: [
      "FLYWAY_FOO_BAR": "1", "FLYWAY_OUT_OF_ORDR": "1", "FLYWAY_EDITION": "x",
    ]).read()
    #expect(configuration.notices.count == 2)
    #expect(configuration.notices.contains { $0.contains("FLYWAY_OUT_OF_ORDER?") })
  }

  @Test("a lower setting that is wrong does not matter where a higher one counts")
  func overridden() throws {
    let files = Files(arguments: [("target", "1")], environment: ["FLYWAY_TARGET": "abc"])
    #expect(try files.read().migration.target == .version(try MigrationVersion("1"), mustExist: true))
    #expect(Files(environment: ["FLYWAY_TARGET": "abc"]).failure()?.place == "environment variable FLYWAY_TARGET")
  }

  @Test("paid settings and those without a meaning say so")
  func statuses() throws {
    let configuration = try Files(arguments: [
      ("cherryPick", "1,create_table"), ("driver", "x"), ("check.buildUrl", "x"),
      ("group", "true"),
    ]).read()
    #expect(configuration.migration.cherryPick.map(\.description) == ["1", "create_table"])
    #expect(configuration.notices.count == 3)
    #expect(
      configuration.notices.contains {
        $0.hasPrefix("cherryPick (argument -cherryPick): Flyway sells it; here it works")
      })
    #expect(configuration.notices.contains { $0.hasPrefix("driver (argument -driver): it has no meaning here") })
  }

  @Test("who asks for a dry run is refused, never given a real one")
  func dryRun() {
    let failure = Files(arguments: [("dryRunOutput", "x")]).failure()
    #expect(failure?.code == .unsupported && failure?.nextStep.contains("whimbrel plan") == true)
  }

  @Test("filters of info are read, and wrong ones refused")
  func filters() throws {
    let filters = try Files(arguments: [
      ("infoSinceDate", "13/10/2020 16:30"), ("infoUntilDate", "1/2/2021 6:05"), ("infoSinceVersion", "2"),
      ("infoUntilVersion", "3.1"), ("infoOfState", "pending,success"), ("migrationIds", "true"),
    ]).read().infoFilters
    #expect(filters.sinceDate == "2020-10-13 16:30" && filters.untilDate == "2021-02-01 06:05")
    #expect(filters.sinceVersion?.description == "2" && filters.untilVersion?.description == "3.1")
    #expect(filters.states == [.pending, .success])
    #expect(filters.onlyIdentifiers)
    let wrong = [
      ("infoOfState", "foo"), ("infoSinceDate", "2020-10-13"), ("infoSinceDate", "31/02/2020 10:00"),
      ("infoSinceDate", "29/02/2021 10:00"), ("infoUntilDate", "13/10/2020 24:00"),
    ]
    for argument in wrong { #expect(Files(arguments: [argument]).failure()?.code == .invalidValue, "\(argument)") }
    #expect(Files(arguments: [("infoSinceVersion", "x")]).failure()?.code == .invalidVersion)
  }

  @Test("an unknown flag is refused with the nearest one")
  func unknownFlag() throws {
    let error = try #require(Files(arguments: [("outOfOrdr", "true")]).failure())
    #expect(error.code == .unknownKey && error.nextStep.contains("outOfOrder"))
    #expect(error.description == "argument -outOfOrdr: `outOfOrdr` is no setting. Did you mean outOfOrder?")
  }

  @Test(
    "no error shows the value of a setting that may hold a secret",
    arguments: ["password", "url", "placeholders.flyway:x", "jdbcProperties.connectTimeout", "initSql"])
  func secrecy(name: String) throws {
    let files = Files(arguments: [(name, "s3cr3t"), ("color", "red")])
    #expect(files.failure()?.description.contains("s3cr3t") == false)
    let configuration = try? Files(arguments: [(name, "s3cr3t")]).read()
    if let configuration, name != "initSql" {
      #expect(!"\(configuration.connection)".contains("s3cr3t"))
    }
  }

  @Test("the working directory is where relative paths begin")
  func workingDirectory() throws {
    let configuration = try Files(arguments: [("workingDirectory", "a/b"), ("callbackLocations", "filesystem:cb")])
      .read()
    #expect(configuration.workingDirectory == "/project/a/b")
    #expect(configuration.locations.map(\.path) == ["/project/a/b/sql"])
    #expect(configuration.callbackLocations?.map(\.path) == ["/project/a/b/cb"])
    #expect(configuration.migration.builtInPlaceholders["workingDirectory"] == "/project/a/b")
  }
}
