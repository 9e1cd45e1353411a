import FlywaySettings
import MigrationCore
import Testing

@Suite("Which of several settings counts")
struct PrecedenceTests {
  private static let toml = "[flyway]\ntable = 'toml'\n"

  private static let cases: [(files: Files, table: String)] = [
    (Files(), "flyway_schema_history"),
    (Files(files: ["/project/flyway.toml": toml]), "toml"),
    (Files(files: ["/person/flyway.toml": toml]), "toml"),
    (Files(files: ["/person/flyway.toml": toml, "/project/flyway.toml": "[flyway]\ntable = 'here'"]), "here"),
    (Files(files: ["/project/flyway.toml": toml, "/project/flyway.user.toml": "[flyway]\ntable = 'mine'"]), "mine"),
    (Files(environment: ["FLYWAY_TABLE": "env"], files: ["/project/flyway.toml": toml]), "env"),
    (
      Files(
        arguments: [("table", "first"), ("table", "flag")], environment: ["FLYWAY_TABLE": "env"],
        files: ["/project/flyway.toml": toml]), "flag"
    ),
    (Files(environment: ["flyway_table": "lower"]), "lower"),
    (Files(environment: ["flyway_table": "lower"], files: ["/project/flyway.conf": ""]), "flyway_schema_history"),
    (Files(files: ["/project/flyway.conf": "flyway.table=conf"]), "conf"),
    (Files(environment: ["FLYWAY_TABLE": "env"], files: ["/project/flyway.conf": "flyway.table=conf"]), "env"),
    (Files(files: ["/person/flyway.conf": "flyway.table=home", "/project/flyway.conf": "flyway.table=conf"]), "conf"),
    (Files(files: ["/project/flyway.conf": "flyway.table=conf", "/person/flyway.toml": toml]), "toml"),
    (
      Files(
        arguments: [("workingDirectory", "sub")], files: ["/project/sub/flyway.toml": toml, "/project/flyway.toml": ""]),
      "toml"
    ),
    (
      Files(
        arguments: [("configFiles", "a.conf,b.conf")],
        files: [
          "/project/a.conf": "flyway.table=a", "/project/b.conf": "flyway.table=b", "/project/flyway.toml": toml,
        ]), "b"
    ),
    (
      Files(arguments: [("configFiles", "/etc/a.toml")], files: ["/etc/a.toml": toml, "/project/flyway.conf": "x=1"]),
      "toml"
    ),
    (
      Files(
        environment: ["FLYWAY_CONFIG_FILES": "a.toml"], files: ["/project/a.toml": toml, "/project/flyway.conf": ""]),
      "toml"
    ),
    (
      Files(
        arguments: [("configFiles", "b.conf")], environment: ["FLYWAY_CONFIG_FILES": "a.toml"],
        files: ["/project/a.toml": toml, "/project/b.conf": "flyway.table=b"]), "b"
    ),
    (Files(arguments: [("configFiles", "-")], files: ["-": "flyway.table=stdin"]), "stdin"),
  ]

  @Test("flags count before variables, these before files, later files before earlier ones", arguments: cases.indices)
  func table(index: Int) throws {
    let (files, table) = Self.cases[index]
    #expect(try files.read().migration.table == table)
  }

  @Test("a .conf file beside a flyway.toml is not read, and that is said")
  func passedOver() throws {
    let files = Files(files: ["/project/flyway.toml": Self.toml, "/project/flyway.conf": "flyway.nonsense=1"])
    let configuration = try files.read()
    #expect(configuration.filesRead == ["/project/flyway.toml"])
    #expect(configuration.notices.contains { $0.contains("/project/flyway.conf is not read") })
  }

  @Test("a file that is named must be there, and all must be of one kind")
  func namedFiles() {
    let missing = Files(arguments: [("configFiles", "nope.conf")]).failure()
    #expect(missing?.code == .fileNotFound)
    #expect(missing?.flywayErrorCode == "ERROR")
    let mixed = Files(
      arguments: [("configFiles", "a.toml,b.conf")], files: ["/project/a.toml": "", "/project/b.conf": ""]
    ).failure()
    #expect(mixed?.code == .mixedFormats)
    #expect(Files(environment: ["FLYWAY_CONFIG_FILES": "nope.toml"]).failure()?.code == .fileNotFound)
  }

  @Test("a home directory that is the working directory is read once")
  func sameDirectory() throws {
    var files = Files(files: ["/project/flyway.toml": Self.toml])
    files.home = "/project/"
    #expect(try files.read().filesRead == ["/project/flyway.toml"])
  }
}
