@testable import Commands
import Glibc
import Postgres
import TestSupport
import Testing

/// The binary with a person before it, or a signal behind it.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct WatchedTests {
  private static let slow = ["V1__slow.sql": "CREATE TABLE a (id int);\nSELECT pg_sleep(60);\n"]

  @Test("on a terminal there is a live line, a mark for each migration, and colour")
  func terminal() async throws {
    let scripts = ["V1__a.sql": "SELECT pg_sleep(0.5);", "V2__b.sql": "SELECT 1;"]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.runInTerminal(["migrate", "info"])
      #expect(run.status == 0)
      #expect(run.output.contains("[1/2] V1 a"), "\(run.output.debugDescription)")
      #expect(run.output.contains("\r\u{1B}[K"))
      #expect(run.output.contains("\u{1B}[32m✓ V1 a: applied, 1 statement"))
      #expect(run.output.contains("\u{1B}[32mSuccess\u{1B}[0m"))
    }
  }

  @Test("NO_COLOR leaves the live line and takes the colours; a dumb terminal gets no escape at all")
  func plainTerminals() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "SELECT pg_sleep(0.3);"]) { whimbrel in
      var plain = whimbrel
      plain.environment = ["NO_COLOR": "1"]
      let first = try await plain.runInTerminal(["migrate", "info"])
      #expect(first.output.contains("\u{1B}[K") && !first.output.contains("m✓") && first.output.contains("✓ V1 a"))
      try whimbrel.write(["V2__b.sql": "SELECT 1;"])
      plain.environment = ["TERM": "dumb"]
      let second = try await plain.runInTerminal(["migrate", "info"])
      #expect(second.output.contains("Migrating schema") && !second.output.contains("\u{1B}"))
    }
  }

  @Test("the first signal cancels and rolls back", arguments: [(SIGINT, 130), (SIGTERM, 143)])
  func interrupted(signal: CInt, status: Int) async throws {
    try await WhimbrelProcess.withDatabase(Self.slow) { whimbrel in
      let run = try await whimbrel.run(["migrate"]) { send in
        try await Self.waitForSleep(whimbrel)
        try send(signal)
      }
      #expect(run.status == status)
      #expect(run.errors.contains("cancelled and rolled back"), "\(run.errors)")
      #expect(try await whimbrel.value("SELECT to_regclass('a')") == nil)
      #expect(
        try await whimbrel.value(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)' AND state = 'active'"
        ) == "0")
    }
  }

  @Test("waiting for the lock shows who holds it, and goes on when it is free")
  func lock() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql": "SELECT 1;"]) { whimbrel in
      let holder = try await whimbrel.connect(applicationName: "somebody else")
      // The key of "public"."flyway_schema_history".
      _ = try await holder.execute("SELECT pg_advisory_lock(77433833903597)")
      let failed = try await whimbrel.run(["-lockRetryCount=0", "migrate"])
      #expect(failed.status == 1)
      #expect(
        failed.errors.contains("backend \(holder.backendProcessIdentifier)") && failed.errors.contains("somebody else"),
        "\(failed.errors)")
      let run = try await whimbrel.run(["-lockRetryCount=-1", "migrate"]) { _ in
        // It has asked for the lock in vain, and then who holds it.
        _ = try await eventually("it waits") {
          try await whimbrel.value(
            """
            SELECT count(*) FROM pg_stat_activity WHERE application_name = 'whimbrel' AND query LIKE '%pg_locks%'
              AND datname = current_database() AND state = 'idle'
            """) == "1" ? true : nil
        }
        await holder.close()
      }
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("Waiting for the lock: held by backend"), "\(run.errors)")
    }
  }

  private static func waitForSleep(_ whimbrel: WhimbrelProcess) async throws {
    let session = try await whimbrel.connect()
    _ = try await eventually("the migration sleeps") {
      let result = try await session.execute(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)' AND state = 'active'"
      )
      return result.rows.isEmpty ? nil : true
    }
    await session.close()
  }
}
