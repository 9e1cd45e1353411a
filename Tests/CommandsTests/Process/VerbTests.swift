@testable import Commands
import FoundationEssentials
import TestSupport
import Testing

/// The binary on a real server.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct VerbTests {
  private struct Error: Decodable {
    struct Item: Decodable {
      let errorCode: String
      let message: String
      let sqlState: String?
      let lineNumber: Int?
      let path: String?
    }
    let error: Item
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  @Test("in a pipe the result goes to standard output, the log to standard error, and nothing is coloured")
  func pipe() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "CREATE TABLE a (id int);", "R__v.sql": "SELECT 1;"]) {
      whimbrel in
      let run = try await whimbrel.run(["migrate", "info"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("Successfully applied 2 migrations to schema \"public\", now at version v1"))
      #expect(run.output.contains("| Versioned  | 1       | a           | SQL  |"))
      #expect(run.errors.contains("Migrating schema \"public\" to version \"1 - a\""))
      #expect(!(run.output + run.errors).unicodeScalars.contains("\u{1B}"))
      let quiet = try await whimbrel.run(["-q", "migrate"])
      #expect(quiet.status == 0 && quiet.errors.isEmpty)
    }
  }

  @Test("a failed statement is named by file, line and column, and the migration is rolled back")
  func failure() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "CREATE TABLE a (id int);\nSELECT nope;\n"]) { whimbrel in
      let text = try await whimbrel.run(["migrate"])
      #expect(text.status == 1)
      #expect(text.errors.contains("sql/V1__a.sql:2:8, SQLSTATE 42703"), "\(text.errors)")
      #expect(text.errors.contains("rolled back"))
      let json = try await whimbrel.run(["-outputType=json", "migrate"])
      let error = try decode(Error.self, json.output).error
      #expect(json.status == 1 && json.errors.isEmpty)
      #expect(error.errorCode == "FAILED_VERSIONED_MIGRATION" && error.sqlState == "42703" && error.lineNumber == 2)
      #expect(error.path == whimbrel.folder.path + "/sql/V1__a.sql")
      #expect(try await whimbrel.value("SELECT to_regclass('a')") == nil)
    }
  }

  @Test("validate ends with 1 when something differs, but with 0 where Flyway's own spelling asks for JSON")
  func validation() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "SELECT 1;"]) { whimbrel in
      #expect(try await whimbrel.run(["validate"]).status == 1)
      let own = try await whimbrel.run(["--output", "json", "validate"])
      #expect(own.status == 1 && own.output.contains("\"validationSuccessful\": false"), "\(own.output)")
      let flyway = try await whimbrel.run(["-outputType=json", "validate"])
      #expect(flyway.status == 0 && flyway.output.contains("\"validationSuccessful\": false"))
      #expect(try await whimbrel.run(["migrate", "validate"]).status == 0)
    }
  }

  @Test("several verbs give individualResults, and the first that fails ends them")
  func several() async throws {
    struct Results: Decodable {
      struct Result: Decodable { let operation: String }
      let individualResults: [Result]
    }
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "SELECT 1;"]) { whimbrel in
      let all = try await whimbrel.run(["-outputType=json", "migrate", "info"])
      #expect(try decode(Results.self, all.output).individualResults.map(\.operation) == ["migrate", "info"])
      let stopped = try await whimbrel.run(["-outputType=json", "info", "clean", "migrate"])
      #expect(stopped.status == 1)
      #expect(try decode(Error.self, stopped.output).error.message.contains("cleanDisabled"))
    }
  }

  @Test("plan shows order, mode and digest, and changes nothing")
  func plan() async throws {
    let scripts = ["V1__a.sql": "CREATE TABLE a (id int);", "V2__i.sql": "CREATE INDEX CONCURRENTLY i ON a (id);"]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let plan = try await whimbrel.run(["plan"])
      #expect(plan.status == 0)
      #expect(
        plan.output.contains(
          "| 2 | Versioned | 2       | i           | no transaction | CREATE INDEX CONCURRENTLY in line 1 |"))
      #expect(plan.output.contains("Digest: "))
      #expect(
        try await whimbrel.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0")
    }
  }

  @Test("undo takes back what migrate did, and repair, baseline and clean say what they did")
  func others() async throws {
    let scripts = ["V1__a.sql": "CREATE TABLE a (id int);", "U1__a.sql": "DROP TABLE a;"]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let undone = try await whimbrel.run(["migrate", "undo"])
      #expect(undone.status == 0 && undone.output.contains("Successfully undid 1 migration"), "\(undone.errors)")
      #expect(try await whimbrel.value("SELECT to_regclass('a')") == nil)
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      try whimbrel.write(["V1__a.sql": "CREATE TABLE a (id int); -- changed"])
      let repaired = try await whimbrel.run(["repair"])
      #expect(repaired.output.contains("| Aligned | 1       | a           |"), "\(repaired.output)")
      let refused = try await whimbrel.run(["clean"])
      #expect(refused.status == 1 && refused.errors.contains("cleanDisabled"))
      let cleaned = try await whimbrel.run(["-cleanDisabled=false", "clean"])
      #expect(cleaned.output.contains("Successfully cleaned schema \"public\""), "\(cleaned.errors)")
      let marked = try await whimbrel.run(["-baselineVersion=7", "baseline", "info"])
      #expect(marked.output.contains("Successfully baselined schema with version: 7"), "\(marked.errors)")
      #expect(marked.output.contains("Schema version: 7"))
    }
  }

  @Test("a new migration is made once, and can be applied as it is")
  func new() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "SELECT 1;"]) { whimbrel in
      let made = try await whimbrel.run(["new", "--sequential", "add user preferences"])
      #expect(made.status == 0 && made.output == "\(whimbrel.folder.path)/sql/V2__add_user_preferences.sql\n")
      let again = try await whimbrel.run(["new", "add user preferences"])
      #expect(again.status == 1 && again.errors.contains("V2__add_user_preferences.sql has this description already"))
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      #expect(try await whimbrel.value("SELECT max(version) FROM flyway_schema_history") == "2")
    }
  }

  @Test("a server that is not there, and arguments that are not understood, are errors in the form asked for")
  func refusals() async throws {
    try await WhimbrelProcess.withDatabase([:]) { whimbrel in
      let nowhere = try await whimbrel.run(["-url=jdbc:postgresql://127.0.0.1:1/x", "--output=json", "info"])
      #expect(nowhere.status == 1 && nowhere.errors.contains("127.0.0.1:1"))
      #expect(try decode(Error.self, nowhere.output).error.errorCode == "DB_CONNECTION")
      let unknown = try await whimbrel.run(["--output=json", "--outOfOrdr", "info"])
      #expect(unknown.status == 1 && unknown.output.contains("Did you mean --out-of-order?"))
      let password = try await whimbrel.run(["-password=hunter2", "-url=jdbc:postgresql://127.0.0.1:1/x", "-X", "info"])
      #expect(!(password.output + password.errors).contains("hunter2"))
    }
  }

  @Test("with standard output closed nothing is written to the server")
  func closedOutput() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "CREATE TABLE a (id int);"]) { whimbrel in
      let run = try await whimbrel.run(["migrate", "info"], redirection: ">&-")
      #expect(run.status == 0, "\(run.errors)")
      #expect(try await whimbrel.value("SELECT count(*) FROM flyway_schema_history") == "1")
    }
  }

  @Test("a reader that goes away ends no migration")
  func brokenPipe() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "CREATE TABLE a (id int);"]) { whimbrel in
      let run = try await whimbrel.run(["migrate", "info"], redirection: "2>&1 | true")
      #expect(run.status == 0)
      _ = try await eventually("the migration is applied") {
        try await whimbrel.value("SELECT to_regclass('a')") == nil ? nil : true
      }
    }
  }
}
