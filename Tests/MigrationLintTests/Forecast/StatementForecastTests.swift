import MigrationCore
import MigrationLint
import Testing

@Suite("What a statement does, by its text")
struct StatementForecastTests {
  private func forecast(_ sql: String) throws -> [String] {
    let statement = try #require(try StatementSplitter.split(sql).first)
    return StatementForecast.tables(of: statement).map { effect in
      [
        effect.table.description, effect.lock?.rawValue, effect.isRewritten ? "rewritten" : nil,
        effect.isScanned ? "scanned" : nil,
      ].compactMap(\.self).joined(separator: ", ")
    }
  }

  // What PostgreSQL itself does is compared with it in the tests of `plan`.
  @Test(
    "locks, rewrites and scans",
    arguments: [
      ("ALTER TABLE t ADD COLUMN a int", ["t, ACCESS EXCLUSIVE"]),
      ("ALTER TABLE t ADD COLUMN a int DEFAULT 1", ["t, ACCESS EXCLUSIVE"]),
      ("ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()", ["t, ACCESS EXCLUSIVE, rewritten, scanned"]),
      ("ALTER TABLE t ADD COLUMN a bigserial", ["t, ACCESS EXCLUSIVE, rewritten, scanned"]),
      ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", ["t, ACCESS EXCLUSIVE, scanned"]),
      ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", ["t, ACCESS EXCLUSIVE, scanned"]),
      ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", ["t, ACCESS EXCLUSIVE"]),
      ("ALTER TABLE t VALIDATE CONSTRAINT c", ["t, SHARE UPDATE EXCLUSIVE, scanned"]),
      (
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES s.o (id) NOT VALID",
        ["t, SHARE ROW EXCLUSIVE", "s.o, SHARE ROW EXCLUSIVE"]
      ),
      ("ALTER TABLE t ADD COLUMN a int, ALTER b TYPE bigint", ["t, ACCESS EXCLUSIVE, rewritten, scanned"]),
      ("ALTER TABLE t SET (fillfactor = 70)", ["t, SHARE UPDATE EXCLUSIVE"]),
      ("CREATE INDEX ON t (a)", ["t, SHARE, scanned"]),
      ("CREATE INDEX CONCURRENTLY i ON t (a)", ["t, SHARE UPDATE EXCLUSIVE, scanned"]),
      ("DROP TABLE a, b", ["a, ACCESS EXCLUSIVE", "b, ACCESS EXCLUSIVE"]),
      ("TRUNCATE t", ["t, ACCESS EXCLUSIVE"]), ("UPDATE t SET a = 1", ["t, ROW EXCLUSIVE, scanned"]),
      ("DELETE FROM t WHERE id = 1", ["t, ROW EXCLUSIVE"]), ("INSERT INTO t VALUES (1)", ["t, ROW EXCLUSIVE"]),
      ("SELECT create_distributed_table('s.t', 'id')", ["s.t, EXCLUSIVE, scanned"]),
      ("SELECT undistribute_table('t')", ["t, ACCESS EXCLUSIVE, rewritten, scanned"]),
      ("VACUUM FULL t", ["t, ACCESS EXCLUSIVE, rewritten, scanned"]), ("CREATE TABLE t (a int)", []), ("SELECT 1", []),
      ("CREATE TABLE t (a int REFERENCES o)", ["o, SHARE ROW EXCLUSIVE"]),
    ])
  func table(sql: String, expected: [String]) throws {
    #expect(try forecast(sql) == expected)
  }

  @Test("a backfill is the UPDATE that its batches are together")
  func backfill() throws {
    let line = #"-- whimbrel: backfill table=app.t set="a = 1" where="a IS NULL" batch=5"#
    let statement = try #require(StatementSplitter.survey(line).backfills.statements.first)
    let effects = StatementForecast.tables(of: statement)
    #expect(effects.map(\.table.description) == ["app.t"] && effects.map(\.lock) == [.rowExclusive])
  }
}
