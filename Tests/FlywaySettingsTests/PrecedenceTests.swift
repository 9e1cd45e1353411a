import FlywaySettings
import MigrationCore
import Testing

@Suite("Which of several settings counts")
struct PrecedenceTests {
  private static let toml = "[flyway]\ntable = 'toml'\n"

  private static let cases: [(files: Files, table: String)] = [
    (Files(), "flyway_schema_history"),
    (Files(files: ["/work/flyway.toml": toml]), "toml"),
    (Files(files: ["/home/me/flyway.toml": toml]), "toml"),
    (Files(files: ["/home/me/flyway.toml": toml, "/work/flyway.toml": "[flyway]\ntable = 'here'"]), "here"),
    (Files(files: ["/work/flyway.toml": toml, "/work/flyway.user.toml": "[flyway]\ntable = 'mine'"]), "mine"),
    (Files(environment: ["FLYWAY_TABLE": "env"], files: ["/work/flyway.toml": toml]), "env"),
    (
      Files(
        arguments: [("table", "first"), ("table", "flag")], environment: ["FLYWAY_TABLE": "env"],
        files: ["/work/flyway.toml": toml]), "flag"
    ),
    (Files(environment: ["flyway_table": "lower"]), "lower"),
    (Files(environment: ["flyway_table": "lower"], files: ["/work/flyway.conf": ""]), "flyway_schema_history"),
    (Files(files: ["/work/flyway.conf": "flyway.table=conf"]), "conf"),
    (Files(environment: ["FLYWAY_TABLE": "env"], files: ["/work/flyway.conf": "flyway.table=conf"]), "env"),
    (Files(files: ["/home/me/flyway.conf": "flyway.table=home", "/work/flyway.conf": "flyway.table=conf"]), "conf"),
    (Files(files: ["/work/flyway.conf": "flyway.table=conf", "/home/me/flyway.toml": toml]), "toml"),
    (
      Files(arguments: [("workingDirectory", "sub")], files: ["/work/sub/flyway.toml": toml, "/work/flyway.toml": ""]),
      "toml"
    ),
    (
      Files(
        arguments: [("configFiles", "a.conf,b.conf")],
        files: [
          "/work/a.conf": "flyway.table=a", "/work/b.conf": "flyway.table=b", "/work/flyway.toml": toml,
        ]), "b"
    ),
    (
      Files(arguments: [("configFiles", "/etc/a.toml")], files: ["/etc/a.toml": toml, "/work/flyway.conf": "x=1"]),
      "toml"
    ),
    (
      Files(environment: ["FLYWAY_CONFIG_FILES": "a.toml"], files: ["/work/a.toml": toml, "/work/flyway.conf": ""]),
      "toml"
    ),
    (
      Files(
        arguments: [("configFiles", "b.conf")], environment: ["FLYWAY_CONFIG_FILES": "a.toml"],
        files: ["/work/a.toml": toml, "/work/b.conf": "flyway.table=b"]), "b"
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
    let files = Files(files: ["/work/flyway.toml": Self.toml, "/work/flyway.conf": "flyway.nonsense=1"])
    let configuration = try files.read()
    #expect(configuration.filesRead == ["/work/flyway.toml"])
    #expect(configuration.notices.contains { $0.contains("/work/flyway.conf is not read") })
  }

  @Test("a file that is named must be there, and all must be of one kind")
  func namedFiles() {
    let missing = Files(arguments: [("configFiles", "nope.conf")]).failure()
    #expect(missing?.code == .fileNotFound)
    #expect(missing?.flywayErrorCode == "ERROR")
    let mixed = Files(
      arguments: [("configFiles", "a.toml,b.conf")], files: ["/work/a.toml": "", "/work/b.conf": ""]
    ).failure()
    #expect(mixed?.code == .mixedFormats)
    #expect(Files(environment: ["FLYWAY_CONFIG_FILES": "nope.toml"]).failure()?.code == .fileNotFound)
  }

  @Test("a home directory that is the working directory is read once")
  func sameDirectory() throws {
    var files = Files(files: ["/work/flyway.toml": Self.toml])
    files.home = "/work/"
    #expect(try files.read().filesRead == ["/work/flyway.toml"])
  }
}
