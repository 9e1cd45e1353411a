import FlywaySettings
import MigrationCore
import Support
import Testing

@Suite("flyway.conf")
struct ConfFileTests {
  private func read(_ text: String, _ environment: [String: String] = [:]) throws(SettingsError) -> FlywayConfiguration
  {
    try Files(environment: environment, files: ["/project/flyway.conf": text]).read()
  }

  private func failure(_ text: String) -> SettingsError? {
    Files(files: ["/project/flyway.conf": text]).failure()
  }

  @Test("settings of all kinds are read")
  func all() throws {
    let configuration = try read(
      """
      # comment
      flyway.url=jdbc:postgresql://h/db
      flyway.user = ${FW_USER}
      flyway.locations=filesystem:a, filesystem:/b
      flyway.placeholders.who=conf
      flyway.placeholders.Two.Parts=x=y
      flyway.ignoreMigrationPatterns=*:pending,repeatable:missing
      flyway.outOfOrder=TRUE
      flyway.lockRetryCount=-1
      flyway.jdbcProperties.sslmode=disable
      flyway.postgresql.transactional.lock=false
      whimbrel.lockTimeout=1m
      other.thing=1
      """, ["FW_USER": "postgres"])
    #expect(configuration.connection.user == "postgres")
    #expect(configuration.locations.map(\.path) == ["/project/a", "/b"])
    #expect(configuration.migration.placeholders == ["who": "conf", "Two.Parts": "x=y"])
    #expect(configuration.migration.ignoreMigrationPatterns.count == 2)
    #expect(configuration.migration.outOfOrder)
    #expect(configuration.lockRetryCount == -1)
    #expect(configuration.connection.jdbcProperties.keys.sorted() == ["sslmode"])
    #expect(configuration.execution.lockTimeout == .seconds(60))
    #expect(configuration.notices.count == 1, "\(configuration.notices)")
  }

  @Test(
    "an environment variable stands for its value, as it is, and for nothing where there is none",
    arguments: [
      ("${A}", "1"), ("x${A}y${B}z", "x1y2z"), ("${NONE}", ""), ("${a-b}", "${a-b}"), ("${A", "${A"), ("$A", "$A"),
      ("${flyway:table}", "${flyway:table}"), ("${SLASH}", "a\\b"), ("${LINES}", "a\nflyway.user=evil"),
      ("${NEST}", "${A}"), ("${}", "${}"),
    ])
  func expansion(text: String, value: String) throws {
    let environment = [
      "A": "1", "B": "2", "SLASH": "a\\b", "LINES": "a\nflyway.user=evil", "NEST": "${A}",
    ]
    let configuration = try read("flyway.placeholders.x=\(text)", environment)
    #expect(configuration.migration.placeholders["x"] == value)
    #expect(configuration.connection.user == nil)
  }

  @Test(
    "an unknown key is named with its line and the nearest known one",
    arguments: [
      ("flyway.fooBar=1", 1, "fooBar", nil), ("\n\nflyway.outOfOrdr=true", 3, "outOfOrdr", "outOfOrder"),
      ("flyway.Url=x", 1, "Url", "url"), ("flyway.cleanOnValidationError=true", 1, "cleanOnValidationError", "delete"),
      ("whimbrel.lockTimeot=1", 1, "whimbrel.lockTimeot", "whimbrel.lockTimeout"),
      ("flyway.placeholders=1", 1, "placeholders", nil), ("flyway.environment=x", 1, "environment", "flyway.toml"),
      ("flyway.infoOfState=x", 1, "infoOfState", "command line"),
      ("flyway.whimbrel.lockTimeout=1s", 1, "whimbrel", nil),
    ])
  func unknown(text: String, line: Int, name: String, advice: String?) throws {
    let error = try #require(failure(text))
    #expect(error.code == .unknownKey || error.code == .misplacedKey)
    #expect(error.flywayErrorCode == "CONFIGURATION")
    #expect(error.place == "/project/flyway.conf:\(line)")
    #expect(error.message.contains(name))
    if let advice { #expect(error.nextStep.contains(advice), "\(error)") }
  }

  @Test("all unknown keys are named at once")
  func several() throws {
    let error = try #require(failure("flyway.fooBar=1\nflyway.outOfOrdr=true"))
    #expect(error.description.contains("fooBar") && error.description.contains("outOfOrdr"))
    #expect(error.description.contains("flyway.conf:2"))
  }

  @Test("a known key without its prefix is passed over, as Flyway does, and that is said")
  func prefix() throws {
    let configuration = try read("outOfOrder=true")
    #expect(!configuration.migration.outOfOrder)
    #expect(configuration.notices.contains { $0.contains("flyway.outOfOrder") })
  }

  @Test("the encoding is UTF-8 unless said otherwise, and strict")
  func encoding() throws {
    let latin1: [UInt8] = Array("flyway.installedBy=J".utf8) + [0xF6] + Array("rg".utf8)
    let input: (String?) -> SettingsInput = { encoding in
      SettingsInput(
        environment: encoding.map { ["FLYWAY_CONFIG_FILE_ENCODING": $0] } ?? [:], currentDirectory: "/project",
        readFile: { $0 == "/project/flyway.conf" ? .bytes(latin1) : .absent })
    }
    #expect(try FlywayConfiguration.read(input("ISO-8859-1")).migration.installedBy == "Jörg")
    let error = #expect(throws: SettingsError.self) { try FlywayConfiguration.read(input(nil)) }
    #expect(error?.code == .syntax)
    #expect(error?.place == "/project/flyway.conf")
    #expect(throws: SettingsError.self) { try FlywayConfiguration.read(input("nonsense")) }
    #expect(try read("\u{FEFF}flyway.table=t").migration.table == "t")
  }

  @Test("a file that cannot be read or is too large is an error with its path")
  func unreadable() {
    for content in [
      SettingsInput.FileContent.unreadable("it is a directory"), .bytes(Array(repeating: 35, count: 1 << 21)),
    ] {
      let input = SettingsInput(
        currentDirectory: "/project", readFile: { $0 == "/project/flyway.conf" ? content : .absent })
      let error = #expect(throws: SettingsError.self) { try FlywayConfiguration.read(input) }
      #expect(error?.code == .unreadable)
      #expect(error?.place == "/project/flyway.conf")
    }
  }
}
