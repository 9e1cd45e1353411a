import Glibc
import MigrationCore
import MigrationLint
import Testing

@Suite("Files that are no scripts")
struct BadInputTests {
  @Test(
    "are found with a place",
    arguments: [
      ("CREATE TABLE a (b int;\n", 1), ("SELECT 1;\nSELECT 'x\n", 2), ("SELECT 1;\n/* x\n", 2), ("\\i other.sql\n", 1),
      ("SELECT 1;\n\\copy a from 'b'\n", 2), ("COPY a FROM stdin;\n1\n", 1), ("SELECT \"a\n", 1), ("DO $x$ BEGIN\n", 1),
      ("SELECT 1;\nSELECT \u{0}1;\n", 2), ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\n", 1),
    ])
  func broken(sql: String, line: Int) {
    let found = Linting.run([("V1__add_example.sql", sql)]).findings.filter { $0.rule == "parse-broken" }
    #expect(found.first?.start.line == line)
    #expect(found.first?.remedy.isEmpty == false)
  }

  @Test("are read on behind a command of psql, and before what is broken")
  func goesOn() {
    let sql = "DROP TABLE a;\n\\echo x\nDROP SCHEMA b;\n\\i c\nDROP SCHEMA c;\nDROP TABLE 'd\n"
    let found = Linting.run([("V1__add_example.sql", sql)]).findings.map { "\($0.start.line) \($0.rule)" }
    #expect(
      found == ["1 safe-drop", "2 parse-broken", "3 safe-drop", "4 parse-broken", "5 safe-drop", "6 parse-broken"])
  }

  @Test("that are not UTF-8 have their place too")
  func encoding() {
    let file = LintFile(path: "V1__add_example.sql", bytes: Array("SELECT 1;\n -- é".utf8.dropLast()) + [0x20])
    let finding = Linter().run([file]).findings.first
    #expect(finding?.rule == "parse-broken")
    #expect(finding?.start.line == 2 && finding?.start.column == 5)
  }

  @Test("of pg_dump are read, data and all")
  func dump() {
    let sql = """
      \\restrict abc
      SET statement_timeout = 0;
      SELECT pg_catalog.set_config('search_path', '', false);
      CREATE TABLE public.bets (tenant_id bigint NOT NULL, note text);
      COPY public.bets (tenant_id, note) FROM stdin;
      1\tDROP TABLE x; -- 'it
      \\N\t\\.x
      \\.
      ALTER TABLE ONLY public.bets ADD CONSTRAINT bets_pkey PRIMARY KEY (tenant_id);
      \\unrestrict abc
      """
    let found = Linting.summary([("V1__dump_of_all.sql", sql)])
    #expect(
      found == [
        "V1__dump_of_all.sql:1 parse-broken", "V1__dump_of_all.sql:2 tx-session",
        "V1__dump_of_all.sql:3 tx-session",
        "V1__dump_of_all.sql:4 ten-undistributed",
        "V1__dump_of_all.sql:10 parse-broken",
      ])
  }

  @Test("may hold bytes of any kind, cut anywhere, and what is found lies inside")
  func noise() {
    for text in Rule.all.flatMap(\.examples).map(\.text) {
      let bytes = Array(text.utf8)
      for cut in stride(from: 0, to: bytes.count, by: 41) {
        let broken = Array(bytes[cut...]) + [UInt8(truncatingIfNeeded: cut &* 37)] + bytes[..<cut]
        #expect(LintProperties.violation(broken) == nil)
      }
    }
  }

  /// Seconds that this thread computes for a script of one statement or piece many times, whatever else the machine does.
  private static func seconds(_ piece: (Int) -> String, _ count: Int) -> Double {
    let bytes = Array((0..<count).map(piece).joined().utf8)
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    _ = Linter().run([LintFile(path: "V1__add_example.sql", bytes: bytes)])
    return now() - start
  }

  @Test(
    "take a time that grows with their length, not faster",
    arguments: [
      "CREATE TABLE t# (tenant_id bigint, a text);", "ALTER TABLE t ADD CONSTRAINT c# CHECK (a > #);",
      "SELECT create_distributed_table('t#', 'tenant_id');", "CREATE INDEX i# ON t (a);", "((", "DROP SCHEMA s#;",
      "/*", "DO $$ BEGIN DELETE FROM t#; END $$;", "\\i x\n", "-- whimbrel-ignore safe-drop: x\n", "WITH a AS (", "'",
      "SELECT ${x#};",
      "ALTER TABLE t# RENAME TO u#;", "CREATE UNIQUE INDEX i# ON t (a);", "ADD COLUMN a int,", "$a$",
    ])
  func linear(piece: String) {
    let numbered: (Int) -> String = { number in
      piece.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(number)")
    }
    _ = Self.seconds(numbered, 100)
    let small = Self.seconds(numbered, 1_000)
    let large = Self.seconds(numbered, 6_000)
    // Six times as long; a square would be thirty-six. Short times are noise.
    #expect(large < max(small, 0.05) * 20, "\(small) s, \(large) s")
  }

  @Test("of as many statements as may be are read, and one more is said to be too many")
  func manyStatements() {
    var settings = LintSettings()
    settings.limits.statements = 2_000
    let statement = "INSERT INTO t VALUES (1);\n"
    let most = Linting.run([("V1__add_rows.sql", String(repeating: statement, count: 2_000))], settings: settings)
    #expect(most.findings.map(\.rule) == [])
    let more = Linting.run([("V1__add_rows.sql", String(repeating: statement, count: 2_001))], settings: settings)
    #expect(more.findings.map(\.rule) == ["parse-broken"])
    #expect(more.findings.first?.start.line == 2_001)
  }
}
