@testable import Commands
import MigrationCore
import Support
import Testing

@Suite("New migration files")
struct NewMigrationTests {
  // 2026-11-22T18:30:15Z
  private let now = Timestamp(microseconds: 1_795_372_215_000_000)

  private func make(
    _ description: String, sequential: Bool = false, existing: [String] = [], naming: MigrationNaming = .flyway
  ) throws -> NewMigration {
    try NewMigration(
      description: description, numbering: sequential ? .sequential : .timestamp(now), existing: existing,
      naming: naming)
  }

  @Test(
    "the name holds the time in UTC and the description's letters and digits",
    arguments: [
      ("add user preferences", "V20261122183015__add_user_preferences.sql"),
      ("  Add   Index\t(bets)  ", "V20261122183015__Add_Index_bets.sql"),
      ("a/../../etc/passwd", "V20261122183015__a_.._.._etc_passwd.sql"),
      ("zäh__e", "V20261122183015__zäh_e.sql"), ("v1.2-x", "V20261122183015__v1.2-x.sql"),
      ("new\nline\u{1B}[2J", "V20261122183015__new_line_2J.sql"),
    ])
  func timestamps(description: String, expected: String) throws {
    #expect(try make(description).fileName == expected)
  }

  @Test(
    "a sequential version is one more than the highest, with as many digits",
    arguments: [
      ([], "V1__x.sql"), (["V1__a.sql"], "V2__x.sql"), (["V9__a.sql", "V10__b.sql"], "V11__x.sql"),
      (["V001__a.sql", "V009__b.sql"], "V010__x.sql"), (["V1.7__a.sql"], "V2__x.sql"), (["B5__a.sql"], "V6__x.sql"),
      (["R__a.sql", "readme.md", "beforeMigrate.sql", "U7__a.sql"], "V1__x.sql"), (["V99__a.sql"], "V100__x.sql"),
    ] as [([String], String)])
  func sequences(existing: [String], expected: String) throws {
    #expect(try make("x", sequential: true, existing: existing).fileName == expected)
  }

  @Test("the settings' own naming is followed")
  func naming() throws {
    let naming = MigrationNaming(versionedPrefix: "M", separator: "--", suffixes: [".ddl", ".sql"])
    #expect(try make("a b", sequential: true, existing: ["M4--z.sql"], naming: naming).fileName == "M5--a_b.ddl")
  }

  @Test(
    "what is taken is refused",
    arguments: [
      ("x", ["V20261122183015__other.sql"], "already"), ("add users", ["V1__add_users.sql"], "V1__add_users.sql"),
      ("Add Users", ["V1__add_users.sql"], "has this description already"),
    ] as [(String, [String], String)])
  func duplicates(description: String, existing: [String], expected: String) {
    let error = #expect(throws: CommandError.self) { try make(description, existing: existing) }
    #expect(error?.code == .duplicate)
    #expect(error?.message.contains(expected) == true)
  }

  @Test("nothing is made without a description, of one too long, or of a number after a timestamp")
  func refusals() {
    #expect(throws: CommandError.self) { try make("") }
    #expect(throws: CommandError.self) { try make(" _ / ") }
    #expect(throws: CommandError.self) { try make(String(repeating: "a", count: 300)) }
    let error = #expect(throws: CommandError.self) {
      try make("x", sequential: true, existing: ["V20251118190000__a.sql"])
    }
    #expect(error?.code == .unsuitable)
    #expect(error?.nextStep.contains("timestamps") == true)
  }

  @Test("a file from the future is warned about: this one would be ignored")
  func future() throws {
    #expect(try make("x", existing: ["V20991231000000__a.sql"]).warning?.contains("outOfOrder") == true)
    #expect(try make("x", existing: ["V20251231000000__a.sql"]).warning == nil)
  }

  @Test("the template is comments only, so that it can be applied as it is, and its example is about the table named")
  func template() throws {
    let text = try make("add user preferences").text
    let statements = try StatementSplitter.split(text)
    #expect(statements.isEmpty)
    let uncommented = text.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
    #expect(uncommented.contains("CREATE TABLE user_preferences ("))
    #expect(uncommented.contains { $0.contains("create_distributed_table('user_preferences', 'tenant_id'") })
    #expect(uncommented.contains { $0.contains("PRIMARY KEY (tenant_id, user_preferences_id)") })
  }
}
