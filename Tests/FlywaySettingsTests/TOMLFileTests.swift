import FlywaySettings
import MigrationCore
import Support
import Testing

@Suite("flyway.toml")
struct TOMLFileTests {
  private func read(
    _ text: String, arguments: [(String, String)] = [], _ environment: [String: String] = [:]
  ) throws(SettingsError) -> FlywayConfiguration {
    try Files(arguments: arguments, environment: environment, files: ["/project/flyway.toml": text]).read()
  }

  private func failure(_ text: String, arguments: [(String, String)] = []) -> SettingsError? {
    Files(arguments: arguments, files: ["/project/flyway.toml": text]).failure()
  }

  private static let environments = """
    [flyway]
    locations = ["filesystem:sql", "filesystem:more"]
    environment = "dev"
    outOfOrder = true
    baselineVersion = 1.10
    lockRetryCount = 7
    [flyway.placeholders]
    who = "toml"
    number = 5
    [flyway.postgresql]
    transactional.lock = false
    [environments.dev]
    url = "jdbc:postgresql://dev/db"
    user = "developer"
    schemas = ["a", "b"]
    [environments.dev.jdbcProperties]
    sslmode = "disable"
    [environments.dev.flyway]
    table = "dev_history"
    [environments.prod]
    url = "jdbc:postgresql://prod/db"
    password = "${env.PROD_PASSWORD}"
    [whimbrel]
    lockTimeout = "2s"
    multiShardMode = "parallel"
    """

  @Test("settings, placeholders and the chosen environment are read")
  func environment() throws {
    let configuration = try read(Self.environments)
    #expect(configuration.environmentName == "dev")
    #expect(configuration.connection.user == "developer")
    #expect(configuration.migration.schemas == ["a", "b"])
    #expect(configuration.migration.placeholders == ["who": "toml", "number": "5"])
    #expect(configuration.migration.builtInPlaceholders == ["environment": "dev", "workingDirectory": "/project"])
    #expect(configuration.migration.baselineVersion == "1.10")
    #expect(configuration.migration.table == "dev_history")
    #expect(configuration.migration.outOfOrder)
    #expect(configuration.lockRetryCount == 7)
    #expect(configuration.locations.map(\.path) == ["/project/sql", "/project/more"])
    #expect(configuration.execution.lockTimeout == .seconds(2))
    #expect(configuration.execution.multiShardMode == "Parallel")
    #expect(configuration.connection.jdbcProperties["sslmode"]?.reveal() == "disable")
    #expect(configuration.connection.password == nil)
  }

  @Test("another environment is chosen by flag or variable, and only its values are resolved")
  func otherEnvironment() throws {
    let flag = try read(Self.environments, arguments: [("environment", "prod")], ["PROD_PASSWORD": "s3cr3t"])
    #expect(flag.connection.password?.reveal() == "s3cr3t")
    #expect(flag.connection.user == nil)
    #expect(flag.migration.table == "flyway_schema_history")
    let variable = try read(Self.environments, ["flyway_environment": "prod", "PROD_PASSWORD": "x"])
    #expect(variable.environmentName == "prod")
    let unset = Files(arguments: [("environment", "prod")], files: ["/project/flyway.toml": Self.environments])
      .failure()
    #expect(unset?.message.contains("PROD_PASSWORD") == true)
    #expect(unset?.place.hasPrefix("/project/flyway.toml:") == true)
    let upper = try read(Self.environments, ["FLYWAY_ENVIRONMENT": "prod"])
    #expect(upper.environmentName == "dev")
    #expect(upper.notices.contains { $0.contains("flyway_environment") })
  }

  @Test("an environment that is not there is an error, unless a flag says where the database is")
  func missingEnvironment() throws {
    let error = try #require(failure(Self.environments, arguments: [("environment", "nope")]))
    #expect(error.code == .unknownEnvironment)
    #expect(error.flywayErrorCode == "ERROR")
    #expect(error.nextStep.contains("dev, prod"))
    let given = try read(Self.environments, arguments: [("environment", "nope"), ("url", "jdbc:postgresql://x/y")])
    #expect(given.connection.url != nil)
    #expect(try read("[environments.empty]", arguments: [("environment", "empty")]).environmentName == "empty")
  }

  @Test("flags come before the environment's connection, its own overrides before flags")
  func overrides() throws {
    let flags = try read(
      Self.environments, arguments: [("user", "flag"), ("table", "flag")], ["FLYWAY_SCHEMAS": "x,y"])
    #expect(flags.connection.user == "flag")
    #expect(flags.migration.schemas == ["x", "y"])
    #expect(flags.migration.table == "dev_history")
    let most = try read(
      Self.environments,
      arguments: [("environments.dev.user", "table"), ("user", "flag"), ("environments.dev.flyway.table", "t")])
    #expect(most.connection.user == "table")
    #expect(most.migration.table == "t")
  }

  private static let misplaced: [(text: String, line: Int, advice: String)] = [
    ("[flyway]\nfooBar = 1\noutOfOrdr = true\n", 2, "spelling"), ("[flyway]\noutOfOrdr = true", 2, "outOfOrder"),
    ("[flyway]\nurl = 'x'", 2, "[environments.default]"), ("[flyway]\nconfigFiles = ['x']", 2, "command line"),
    ("[environments.default.flyway]\nfooBar = 1", 2, "spelling"), ("[whimbrel]\nlockTimeot = '1s'", 2, "lockTimeout"),
    ("flyway.x = 1", 1, "spelling"), ("[flyway]\nplaceholders = 'x'", 2, ""),
  ]

  @Test("a key that is unknown or stands in the wrong place is named with its line", arguments: misplaced.indices)
  func unknown(index: Int) throws {
    let (text, line, advice) = Self.misplaced[index]
    let error = try #require(failure(text))
    #expect(error.code == .unknownKey || error.code == .misplacedKey)
    #expect(error.flywayErrorCode == "CONFIGURATION")
    #expect(error.place == "/project/flyway.toml:\(line)")
    if !advice.isEmpty { #expect(error.nextStep.contains(advice), "\(error)") }
  }

  @Test("in a project file of Flyway Desktop an unknown key is passed over, as Flyway does, and that is said")
  func desktop() throws {
    let configuration = try read(
      """
      databaseType = "PostgreSql"
      id = "1234"
      name = "project"
      [flyway]
      mixed = true
      outOfOrdr = true
      schemaModelLocation = "schema-model"
      [flyway.check]
      majorTolerance = 0
      [flywayDesktop]
      developmentEnvironment = "development"
      [redgateCompare.postgresql]
      x = 1
      """)
    #expect(configuration.migration.mixed)
    #expect(configuration.notices.contains { $0.contains("outOfOrdr") && $0.contains("outOfOrder?") })
    #expect(configuration.notices.contains { $0.contains("schemaModelLocation") })
  }

  @Test("a key that an environment does not have is a warning, as in Flyway")
  func unknownInEnvironment() throws {
    let configuration = try read("[environments.default]\noutOfOrder = true\nfoo = 1\nprovisioner = 'docker'\n")
    #expect(!configuration.migration.outOfOrder)
    #expect(configuration.notices.contains { $0.contains("[environments.default.flyway]") })
    #expect(configuration.notices.contains { $0.contains("environments.default.foo") })
    #expect(configuration.notices.contains { $0.contains("provisioner") })
  }

  @Test("a text that is no TOML is an error with line and column, and shows no value")
  func syntax() throws {
    let error = try #require(failure("[environments.default]\npassword = s3cr3t\n"))
    #expect(error.code == .syntax)
    #expect(error.place == "/project/flyway.toml:2")
    #expect(!error.description.contains("s3cr3t"))
  }

  @Test(
    "a value of the wrong shape is an error at its line",
    arguments: [
      "table = ['a']", "outOfOrder = [true]", "locations = [['a']]", "locations = [{a = 1}]", "outOfOrder = 'yes'",
      "lockRetryCount = 'x'", "lockRetryCount = -2", "target = 'v1'", "encoding = 'nope'", "table = ''",
      "placeholderPrefix = ''", "sqlMigrationSeparator = ''", "ignoreMigrationPatterns = ['x']", "color = 'red'",
      "outputType = 'xml'", "locations = 's3:bucket'", "baselineVersion = 'x'", "placeholders.'flyway:x' = 'y'",
    ])
  func values(line: String) throws {
    let error = try #require(failure("[flyway]\n\(line)\n"))
    #expect(error.place == "/project/flyway.toml:2", "\(error)")
    #expect(!error.nextStep.isEmpty)
  }

  @Test("lists can be empty, which changes nothing, and texts with commas")
  func lists() throws {
    let configuration = try read(
      "[flyway]\nlocations = []\nsqlMigrationSuffixes = '.sql, .pgsql'\nignoreMigrationPatterns = ['']\n")
    #expect(configuration.locations.map(\.path) == ["/project/sql"])
    #expect(configuration.migration.naming.suffixes == [".sql", ".pgsql"])
    #expect(configuration.migration.ignoreMigrationPatterns.isEmpty)
  }
}
