import MigrationCore
import Testing

@Suite("File names")
struct MigrationNamingTests {
  @Test(
    "a good name gives kind, version and description",
    arguments: [
      ("V1__a.sql", MigrationKind.versioned, "1", "a"), ("V1.2__Add_users.sql", .versioned, "1.2", "Add users"),
      ("V1_2__x.SQL", .versioned, "1.2", "x"), ("V1__a__b.sql", .versioned, "1", "a  b"),
      ("V1.sql", .versioned, "1", ""),
      ("V1__.sql", .versioned, "1", ""), ("V3___x.sql", .versioned, "3", " x"),
      ("R__views.sql", .repeatable, nil, "views"),
      ("R__.sql", .repeatable, nil, ""), ("B2__base.sql", .baseline, "2", "base"), ("U1__a.sql", .undo, "1", "a"),
      ("V1__größe.sql", .versioned, "1", "größe"),
    ] as [(String, MigrationKind, String?, String)])
  func migration(file: String, kind: MigrationKind, version: String?, description: String) throws {
    guard case .migration(let name) = MigrationNaming.flyway.classify(file) else {
      Issue.record("\(file) was not taken for a migration")
      return
    }
    #expect(name.kind == kind)
    #expect(name.version?.description == version)
    #expect(name.description == description)
  }

  @Test(
    "a SQL file that follows no convention is named with its reason",
    arguments: [
      ("README.sql", "no version"), ("v1__x.sql", "case-sensitive"), ("V1_x.sql", "Two underscores"),
      ("Vx__y.sql", "not a version"), ("V.sql", "no version"), ("V__x.sql", "no version"), ("R1__x.sql", "no version"),
      ("schema.sql", "none of the prefixes"), ("beforeMigrateX.sql", "callback"),
      ("Vlatest__x.sql", "meaning of its own"),
    ])
  func invalid(file: String, reason: String) {
    guard case .invalid(let text) = MigrationNaming.flyway.classify(file) else {
      Issue.record("\(file) was not refused")
      return
    }
    #expect(text.contains(reason))
  }

  @Test(
    "callbacks win over prefixes, the longest name first",
    arguments: [
      ("beforeMigrate.sql", CallbackEvent.beforeMigrate, ""), ("beforeMigrate__a_b.sql", .beforeMigrate, "a b"),
      ("afterEachMigrateStatementError.sql", .afterEachMigrateStatementError, ""),
      ("beforeRepeatables__x.sql", .beforeRepeatables, "x"), ("createSchema.sql", .createSchema, ""),
    ])
  func callback(file: String, event: CallbackEvent, description: String) {
    #expect(
      MigrationNaming.flyway.classify(file) == .callback(CallbackName(event: event, description: description)))
  }

  @Test(
    "what is no SQL is passed over",
    arguments: ["README.md", "V1__x.sql.conf", "Makefile", "Vagrantfile", ".gitignore"])
  func ignored(file: String) {
    #expect(MigrationNaming.flyway.classify(file) == .ignored)
  }

  @Test("a program with a migration's name is recognised", arguments: ["V1__x.sh", "V1__x.py", "R__x.ps1", "V2__x"])
  func program(file: String) {
    guard case .script = MigrationNaming.flyway.classify(file) else {
      Issue.record("\(file) was not taken for a program")
      return
    }
  }

  @Test("prefixes, separator and suffixes can be configured")
  func configured() throws {
    let naming = MigrationNaming(versionedPrefix: "M", separator: "-", suffixes: [".pgsql", ".ddl"])
    let expected = MigrationName(kind: .versioned, version: try MigrationVersion("1"), description: "a b")
    #expect(naming.classify("M1-a_b.ddl") == .migration(expected))
    #expect(naming.classify("M1-a_b.PGSQL") == .migration(expected))
    #expect(naming.classify("M1-a_b.sql") == .ignored)
  }
}
