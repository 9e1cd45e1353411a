internal import MigrationCore
import Testing

/// Texts that somebody could write to keep the process busy: what is read in one pass ends in seconds, what looks
/// back at every step does not end at all.
@Suite("Texts made to take long", .timeLimit(.minutes(5)))
struct LinearTimeTests {
  /// One piece, repeated up to a quarter of a megabyte behind a start.
  struct Text: Sendable, CustomTestStringConvertible {
    let start: String
    let piece: String

    var testDescription: String { start + piece }
    var text: String { start + String(repeating: piece, count: (1 << 18) / piece.utf8.count) }
  }

  private static let scripts = [
    Text(start: "ALTER TABLE x ", piece: "ADD "), Text(start: "CREATE TABLE x AS ", piece: "NO "),
    Text(start: "SELECT ", piece: "SET ALTER "), Text(start: "COPY t ", piece: "FROM "),
    Text(start: "", piece: "E'a'\n"),
    Text(start: "", piece: "$a"), Text(start: "$a$", piece: "$a"), Text(start: "", piece: "/*"),
    Text(start: "", piece: "("),
    Text(start: "CREATE FUNCTION f() BEGIN ATOMIC ", piece: "CASE "), Text(start: "", piece: "'"),
    Text(start: "", piece: "a.b,"), Text(start: "", piece: ";\r"), Text(start: "", piece: "SELECT 1;"),
    Text(start: "", piece: "CREATE TABLE t();"), Text(start: "COPY t FROM STDIN;\n", piece: "\\.x\n"),
    Text(start: "SET citus.enable_ddl_propagation ", piece: "= citus.enable_ddl_propagation TO "),
  ]

  @Test("a script is cut, or refused with a place", arguments: scripts)
  func script(text: Text) {
    let sql = text.text
    do throws(MigrationError) {
      let statements = try StatementSplitter.split(sql)
      #expect(statements.count <= sql.utf8.count)
    } catch {
      #expect(error.position != nil)
    }
  }

  @Test(
    "placeholders are replaced, or refused with a place",
    arguments: [Text(start: "", piece: "${a}"), Text(start: "", piece: "${"), Text(start: "${", piece: "$")])
  func placeholders(text: Text) {
    let placeholders = Placeholders(["a": "b"])
    do throws(MigrationError) {
      #expect(try placeholders.replace(in: text.text).utf8.allSatisfy { $0 == UInt8(ascii: "b") })
    } catch {
      #expect(error.position?.byteOffset == 0)
    }
  }

  @Test(
    "properties are read",
    arguments: [
      Text(start: "a=", piece: "\\\n"), Text(start: "", piece: "a\\\nflyway.b==\\\n"), Text(start: "", piece: "=\n"),
      Text(start: "", piece: "\r"),
    ])
  func properties(text: Text) throws {
    #expect(try JavaProperties.parse(text.text).count <= text.text.utf8.count)
  }

  @Test(
    "conditions are decided or refused",
    arguments: [Text(start: "", piece: "("), Text(start: "a", piece: "=="), Text(start: "true", piece: "||true")])
  func conditions(text: Text) {
    let line = String(
      decoding: "shouldExecute=\(text.text)".utf8.prefix(ScriptConfiguration.longest - 1), as: UTF8.self)
    let read = try? ScriptConfiguration(parsing: line)
    #expect(read == nil || read?.shouldExecute == true)
  }

  @Test(
    "versions and names are read",
    arguments: [Text(start: "1", piece: ".0"), Text(start: "", piece: "9"), Text(start: "V1", piece: "_")])
  func names(text: Text) {
    #expect(
      MigrationNaming.flyway.classify(text.text) != .callback(CallbackName(event: .afterMigrate, description: "")))
    let version = try? MigrationVersion(text.text)
    #expect(version == nil || version == version)
  }
}
