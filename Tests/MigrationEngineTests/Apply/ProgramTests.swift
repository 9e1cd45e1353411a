import MigrationCore
import MigrationEngine
import Support
import TestSupport
import Testing

@Suite(
  "Programs as migrations",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct ProgramTests {
  private static func request(_ files: KeyValuePairs<String, String>, group: Bool = false) -> RunRequest {
    var settings = MigrationSettings.tests
    settings.runsPrograms = true
    settings.group = group
    let scripts = files.map { ScriptFile(path: $0.key, bytes: Array($0.value.utf8), location: "/m") }
    return RunRequest(
      scripts: .resolve(scripts, settings: settings), settings: settings, execution: ExecutionSettings())
  }

  private static func error(_ database: CitusDatabase, _ request: RunRequest) async throws -> EngineError {
    do {
      _ = try await database.migrate(request)
    } catch let error as EngineError {
      return error
    }
    throw UnexpectedSuccess()
  }

  @Test("one is recorded as failed before it starts, runs outside a transaction, and is settled after it ends")
  func recorded() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var request = Self.request(["V1__a.sql": "CREATE TABLE a (x int)", "V2__b.sh": "", "R__c": ""])
      let (events, seen) = (Events(), Guarded<[String]>([]))
      request.report = events.take
      request.runProgram = { program, tell in
        tell("hello")
        let rows = (try? await database.history()) ?? []
        let sessions = try? await database.value(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'")
        seen.withLock { $0 += [program.command.joined(separator: " "), rows.last ?? "", sessions ?? ""] }
        return ProgramResult(ending: .exited(0), output: "hello\n")
      }
      let applied = try await database.migrate(request).applied
      #expect(applied == 3)
      #expect(
        seen.withLock { $0 } == ["sh /m/V2__b.sh", "2|V2__b.sh|f", "0", "/m/R__c", "SCRIPT|R__c|f", "0"])
      let rows = try await database.history()
      #expect(rows == ["1|V1__a.sql|t", "2|V2__b.sh|t", "SCRIPT|R__c|t"])
      #expect(events.all.contains("program V2__b.sh") && events.all.contains("V2__b.sh wrote hello"))
    }
  }

  @Test("one that fails leaves its row, says how it ended and what it wrote, and stops the run")
  func failing() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var request = Self.request(["V1__a.sh": "", "V2__b.sql": "CREATE TABLE b (x int)"])
      request.runProgram = { _, _ in ProgramResult(ending: .exited(3), output: "one\ntwo\u{1b}[31m\n") }
      let error = try await Self.error(database, request)
      #expect(error.code == .migrationFailed && !error.isTransient)
      #expect(error.flywayResultCode == "FAILED_VERSIONED_MIGRATION")
      #expect(error.failure?.message == "the program ended with exit code 3: one two\\u{1b}[31m")
      #expect(error.failure?.isRolledBack == false && error.failure?.path == "/m/V1__a.sh")
      #expect(error.message.contains("DELETE FROM"), "\(error.message)")
      #expect(try await database.history() == ["1|V1__a.sh|f"])
      #expect(try await database.isLockFree())
    }
  }

  @Test("without somebody to run it nothing of it is recorded, as a migration and as a callback")
  func refused() async throws {
    try await CitusCluster.shared().withDatabase { database in
      for name in ["V1__a.sh", "beforeMigrate.sh"] {
        let error = try await Self.error(database, Self.request([name: ""]))
        #expect(error.code == .validationFailed && error.problems.map(\.code) == [.scriptNotSupported])
      }
      #expect(try await database.history().isEmpty)
    }
  }

  @Test(
    "as a callback that fails inside a migration it rolls that back; of one that tells of it, too, the first counts")
  func callbacks() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var request = Self.request([
        "V1__a.sql": "CREATE TABLE a (x int)", "afterEachMigrate.sh": "", "afterMigrateError.sh": "",
      ])
      let events = Events()
      request.report = events.take
      request.runProgram = { program, _ in ProgramResult(ending: .exited(1), output: program.path) }
      let error = try await Self.error(database, request)
      #expect(error.code == .callbackFailed && error.failure?.isRolledBack == true)
      #expect(error.message.contains("afterEachMigrate.sh"), "\(error.message)")
      #expect(events.all.contains("callback failed afterMigrateError afterMigrateError.sh"))
      #expect(try await database.value("SELECT to_regclass('a')") == nil)
      #expect(try await database.history().isEmpty)
    }
  }

  @Test("a group commits before a program and goes on behind it")
  func group() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var request = Self.request(
        [
          "V1__a.sql": "CREATE TABLE a (x int)", "V2__b.sql": "CREATE TABLE b (x int)", "V3__c.sh": "",
          "V4__d.sql": "CREATE TABLE d (x int)", "V5__e.sql": "SELECT 1/0",
        ], group: true)
      request.runProgram = { _, _ in
        let isThere = try? await database.value("SELECT to_regclass('b')")
        return ProgramResult(ending: .exited(isThere == "b" ? 0 : 1), output: "")
      }
      let error = try await Self.error(database, request)
      #expect(error.code == .migrationFailed)
      let rows = try await database.history()
      #expect(rows == ["1|V1__a.sql|t", "2|V2__b.sql|t", "3|V3__c.sh|t"])
    }
  }

  @Test("of a long output the end is kept")
  func output() {
    let result = ProgramResult(ending: .exited(0), output: String(repeating: "x", count: 10_000) + "end")
    #expect(result.output.utf8.count == ProgramResult.longest && result.output.hasSuffix("xend"))
  }
}
