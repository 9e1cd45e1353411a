import MigrationCore
import Testing

@Suite("Statements")
struct StatementSplitterTests {
  @Test(
    "a script is cut where the server would end a statement",
    arguments: [
      ("", []), (" \n-- only a comment\n/* x */", []), (";; ;\n;", []),
      ("SELECT 1", ["SELECT 1"]), ("SELECT 1;", ["SELECT 1"]), ("SELECT 1;\n-- tail", ["SELECT 1"]),
      ("-- head\nSELECT /* a;b */ 1 -- c;\n ;SELECT 2", ["SELECT /* a;b */ 1", "SELECT 2"]),
      ("SELECT ';', \";\", $$;$$, E'\\';';SELECT 2;", ["SELECT ';', \";\", $$;$$, E'\\';'", "SELECT 2"]),
      ("SELECT e'it\\'s; x'; SELECT 2;", ["SELECT e'it\\'s; x'", "SELECT 2"]),
      ("PREPARE p AS SELECT $1; VACUUM a;", ["PREPARE p AS SELECT $1", "VACUUM a"]),
      (
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b);SELECT 1;",
        ["CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b)", "SELECT 1"]
      ),
      (
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END; SELECT 2;",
        ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END", "SELECT 2"]
      ),
      (
        "create or replace procedure p() begin atomic select x.end, y as end; end; select 2",
        ["create or replace procedure p() begin atomic select x.end, y as end; end", "select 2"]
      ),
      ("BEGIN; SELECT 1; END;", ["BEGIN", "SELECT 1", "END"]),
      ("CREATE TABLE t (begin int, atomic int); SELECT 1;", ["CREATE TABLE t (begin int, atomic int)", "SELECT 1"]),
      (
        "CREATE TABLE function (a int); SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3",
        ["CREATE TABLE function (a int)", "SELECT CASE 1 WHEN 1 THEN 2 END", "SELECT 3"]
      ),
      ("DO $$ BEGIN PERFORM 1; END $$; SELECT 1;", ["DO $$ BEGIN PERFORM 1; END $$", "SELECT 1"]),
      ("SELECT 1) ; SELECT 2", ["SELECT 1)", "SELECT 2"]),
    ] as [(String, [String])])
  func cut(script: String, statements: [String]) throws {
    #expect(try StatementSplitter.split(script).map(\.text) == statements)
  }

  @Test("each statement knows the place of its first token, columns in characters")
  func places() throws {
    let found = try StatementSplitter.split("/* é😀 */ SELECT 1;\r\n\r\n  -- c\r\n  SELECT\n2; SELECT 'é'; x\r y")
    #expect(found.map(\.line) == [1, 4, 5, 5])
    #expect(found.map(\.column) == [10, 3, 4, 16])
    #expect(found.map(\.byteOffset) == [13, 36, 46, 59])
  }

  @Test("COPY data goes with its statement and is not read as SQL")
  func copy() throws {
    let script =
      "COPY t (a, b) FROM STDIN;\n1\tit's; x\n2\t\\N\n\\.\nSELECT 1;\nCOPY u FROM stdin WITH (FORMAT csv);\n\\.\nCOPY v FROM '/x';"
    let found = try StatementSplitter.split(script)
    #expect(
      found.map(\.text) == [
        "COPY t (a, b) FROM STDIN", "SELECT 1", "COPY u FROM stdin WITH (FORMAT csv)", "COPY v FROM '/x'",
      ])
    #expect(found[0].copyData.map { String(decoding: $0, as: UTF8.self) } == "1\tit's; x\n2\t\\N\n")
    #expect(found[1].copyData == nil)
    #expect(found[2].copyData == [])
    #expect(found[3].copyData == nil)
    #expect(found[1].line == 5)
  }

  @Test("the end mark may be the last line without a line end, or end in CR LF")
  func copyEnds() throws {
    #expect(try StatementSplitter.split("COPY t FROM STDIN;\n1\n\\.").first?.copyData == Array("1\n".utf8))
    #expect(try StatementSplitter.split("COPY t FROM STDIN;\r\n1\r\n\\.\r\nSELECT 1;").count == 2)
  }

  @Test(
    "what cannot be run is an error with its place",
    arguments: [
      ("SELECT 'a", MigrationError.Code.unterminatedString, 1, 8),
      ("SELECT 1;\nSELECT \"a", .unterminatedIdentifier, 2, 8),
      ("DO $x$ $$", .unterminatedDollarQuote, 1, 4), ("SELECT 11 /* /* */", .unterminatedComment, 1, 11),
      ("SELECT 1;\nSELECT 'a\0'", .nulByte, 2, 10), ("COPY t FROM STDIN;\na\0\n\\.\n", .nulByte, 2, 2),
      ("CREATE TABLE t (a int; SELECT 1;", .unclosedParenthesis, 1, 16),
      ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", .unclosedBlock, 1, 33),
      ("SELECT 1;\nCOPY t FROM STDIN;\n1\n", .copyWithoutEnd, 2, 1), ("COPY t FROM STDIN", .copyWithoutEnd, 1, 1),
      ("COPY t FROM STDIN; 1\n\\.\n", .copyTrailingText, 1, 1),
      ("SELECT 1;\n\\restrict abc\nSELECT 2;", .metaCommand, 2, 1), ("\\connect db", .metaCommand, 1, 1),
    ] as [(String, MigrationError.Code, Int, Int)])
  func refused(script: String, code: MigrationError.Code, line: Int, column: Int) {
    let error = #expect(throws: SQLScriptError.self) { try StatementSplitter.split(script) }
    #expect(error?.code == code)
    #expect(error?.position?.line == line)
    #expect(error?.position?.column == column)
    #expect(error?.nextStep.isEmpty == false)
  }

  @Test("a psql command is named without its argument")
  func metaCommand() {
    let error = #expect(throws: SQLScriptError.self) { try StatementSplitter.split("\\connect secret@db") }
    #expect(error?.message.contains("`\\connect`") == true)
    #expect(error?.message.contains("secret") == false)
  }

  @Test(
    "limits are named errors",
    arguments: [
      ("SELECT 1; SELECT 2; SELECT 3", MigrationError.Code.tooManyStatements), ("SELECT ((((1))))", .nestingTooDeep),
      ("SELECT 1 /* /* /* /* */ */ */ */", .nestingTooDeep), (String(repeating: " ", count: 101), .scriptTooLarge),
    ])
  func limits(script: String, code: MigrationError.Code) {
    let limits = SQLLimits(bytes: 100, statements: 2, nesting: 3)
    let error = #expect(throws: SQLScriptError.self) { try StatementSplitter.split(script, limits: limits) }
    #expect(error?.code == code)
  }

  @Test("random scripts end in statements or a named error, never in a trap", arguments: 0..<300)
  func random(seed: UInt64) {
    var random = SplitMix(state: seed &+ 77)
    let pieces = [
      "'", "\"", "$$", "$a$", "$1", "/*", "*/", "--", "\n", ";", "(", ")", "E'", "CREATE FUNCTION f() ",
      "BEGIN ATOMIC ", "END ", "CASE ", "COPY t FROM STDIN;\n", "\\.\n", "CREATE INDEX CONCURRENTLY ", "ON ",
      "REINDEX (", "SET citus.enable_ddl_propagation TO ", "ALTER TABLE ", "é", "a", ",", ".",
    ]
    let script = (0..<40).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
    do throws(SQLScriptError) {
      for statement in try StatementSplitter.split(script) {
        #expect(Array(script.utf8)[statement.byteOffset...].starts(with: statement.text.utf8))
      }
    } catch {
      #expect(error.nextStep.isEmpty == false)
    }
  }

  @Test("a statement of very many tokens is cut where it ends, and its last word still counts")
  func manyTokens() throws {
    let values = String(repeating: "(1, 'x;'), ", count: 20_000)
    let insert = "INSERT INTO t VALUES \(values)(2, NULL)"
    #expect(try StatementSplitter.split("\(insert); SELECT 1").map(\.text) == [insert, "SELECT 1"])
    let columns = String(repeating: "a, ", count: 40_000)
    let body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT \(columns) CASE WHEN b THEN 1 END; SELECT 2; END"
    #expect(try StatementSplitter.split("\(body); SELECT 1").map(\.text) == [body, "SELECT 1"])
  }
}
