import MigrationCore
import MigrationLint
import Testing

@Suite("Weights, baselines, edits")
struct SettingsTests {
  @Test("a rule weighs what the settings say, for all files or for some")
  func weights() {
    var settings = LintSettings()
    settings.weights = ["safe-drop": .level(.info)]
    let files = [(name: "V1__drop_a.sql", text: "DROP TABLE a;"), (name: "old/V2__drop_b.sql", text: "DROP TABLE b;")]
    #expect(Linting.run(files, settings: settings).findings.map(\.level) == [.info, .info])
    settings.pathWeights = [(pattern: "old/**", weights: ["safe-drop": .off])]
    #expect(Linting.summary(files, settings: settings) == ["V1__drop_a.sql:1 safe-drop"])
  }

  @Test(
    "patterns of paths",
    arguments: [
      ("old/**", "old/a/b.sql", true), ("old/*", "old/a/b.sql", false), ("**/V1*.sql", "a/b/V1__x.sql", true),
      ("**/V1*.sql", "V1__x.sql", true), ("*_events", "bet_events", true), ("*_events", "bets", false),
      ("?", "ab", false),
    ])
  func globs(pattern: String, path: String, matches: Bool) {
    var settings = LintSettings()
    settings.pathWeights = [(pattern: pattern, weights: ["safe-drop": .off])]
    let isOff = !Linting.run([(path, "DROP TABLE a;")], settings: settings).findings.contains { $0.rule == "safe-drop" }
    #expect(isOff == matches)
  }

  @Test("a baseline passes over what was there, and outlives changes elsewhere in the file")
  func baseline() throws {
    let old = Linting.run([("V1__drop_a.sql", "DROP TABLE a;\nDROP TABLE a;")]).findings
    var fault = 0
    let baseline = try #require(FindingBaseline(parsing: FindingBaseline(old).text, fault: &fault))
    let new = Linting.run([("V1__drop_a.sql", "SELECT 1;\n\nDROP   TABLE a;\nDROP TABLE a;\nDROP TABLE a;")]).findings
    #expect(new.map { baseline.contains($0) } == [true, true, false])
    #expect(FindingBaseline(parsing: "# x\nsafe-drop x\n", fault: &fault) == nil)
    #expect(fault == 2)
  }

  @Test("edits are applied whole or not at all, and never twice")
  func edits() {
    let bytes = Array("abcdef".utf8)
    let groups: [[Edit]] = [
      [Edit(range: 1..<2, replacement: "B")], [Edit(range: 1..<2, replacement: "B")],
      [Edit(range: 4..<4, replacement: "-"), Edit(range: 0..<2, replacement: "")],
      [Edit(range: 5..<6, replacement: "")],
      [Edit(range: 9..<10, replacement: "x")],
    ]
    let (result, applied) = Edit.apply(groups, to: bytes)
    #expect(String(decoding: result, as: UTF8.self) == "aBcde")
    #expect(applied == 2)
  }

  @Test("with a runner that sets no timeouts, each script has to")
  func runner() {
    var settings = LintSettings()
    settings.runner = .flyway
    let table = (
      name: "V1__add_bets.sql",
      text: """
      CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
      SELECT create_distributed_table('bets', 'tenant_id');
      """
    )
    let change = "ALTER TABLE bets ADD COLUMN note text;\n"
    #expect(Linting.summary([table, ("V2__add_note.sql", change)]) == [])
    let findings = Linting.run([table, ("V2__add_note.sql", change)], settings: settings).findings
    #expect(findings.map(\.rule) == ["cit-lock"])
    let fixed = Edit.apply(findings.map(\.edits), to: Array(change.utf8)).bytes
    #expect(
      Linting.summary([table, ("V2__add_note.sql", String(decoding: fixed, as: UTF8.self))], settings: settings) == [])
  }

  @Test("files that were changed, renamed or deleted since a revision are found, new ones are not, but for their order")
  func changes() {
    func file(_ name: String, _ change: LintFile.Change) -> LintFile {
      LintFile(path: name, bytes: Array("SELECT 1;".utf8), change: change)
    }
    let result = Linter().run(
      [
        file("V1__one.sql", .modified), file("V2__two.sql", .renamed(from: "V2__zwei.sql")),
        file("V3__three.sql", .added),
        file("V4__four.sql", .none), file("R__five.sql", .modified), file("V5__five.sql", .added),
      ], removed: ["V6__six.sql", "R__seven.sql"])
    #expect(
      result.findings.map { "\($0.path) \($0.rule)" } == [
        "V1__one.sql file-changed", "V2__two.sql file-changed", "V3__three.sql file-name", "V6__six.sql file-changed",
      ])
  }

  @Test(
    "names of files",
    arguments: [
      (["V1__a_b.sql", "V1.0__c_d.sql"], "are both"),
      (["V1__a_b.sql", "V20260101120000__c_d.sql"], "a time for a version"),
      (["V1.sql"], "no description"), (["V1__fix2.sql"], "does not say"), (["v1__a_b.sql"], "is not run"),
    ])
  func names(names: [String], message: String) {
    let findings = Linting.run(names.map { ($0, "SELECT 1;") }).findings
    #expect(findings.map(\.rule) == ["file-name"])
    #expect(findings.first?.message.contains(message) == true)
  }
}
