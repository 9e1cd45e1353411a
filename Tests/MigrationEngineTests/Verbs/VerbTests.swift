import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite(
  "Info, validate, repair and baseline",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct VerbTests {
  @Test("info shows files and history, and what is wrong, without an error")
  func info() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let empty = try await database.info(database.request(["V1__a.sql": "SELECT 1"]))
      #expect(empty.allSchemasEmpty)
      #expect(empty.overview.migrations.map(\.state) == [.pending])
      try await database.migrate(["V1__a.sql": "SELECT 1"])
      let report = try await database.info(
        database.request(["V1__a.sql": "SELECT 1", "V2__b.sql": "SELECT 1", "V2.0__c.sql": "SELECT 1"]))
      #expect(!report.allSchemasEmpty)
      #expect(report.problems.map(\.flywayErrorCode) == ["DUPLICATE_VERSIONED_MIGRATION"])
    }
  }

  @Test("validate says what differs, refuses what cannot be followed, and knows a schema that is not there")
  func validate() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(["V1__a.sql": "SELECT 1"])
      let good = try await database.validate(database.request(["V1__a.sql": "SELECT 1"]))
      #expect(good.isSuccessful && good.count == 1)
      let bad = try await database.validate(database.request(["V1__a.sql": "SELECT 2", "V2__b.sql": "SELECT 1"]))
      #expect(bad.problems.map(\.code) == [.checksumMismatch, .resolvedVersionedNotApplied])
      #expect(bad.flywayErrorCode == "VALIDATE_ERROR")
      let error = await #expect(throws: EngineError.self) {
        try await database.validate(database.request(["V1__a.sql": "SELECT 1", "V01__b.sql": "SELECT 1"]))
      }
      #expect(error?.flywayErrorCode == "DUPLICATE_VERSIONED_MIGRATION")
      let app = MigrationSettings.with { $0.schemas = ["app"] }
      let missing = try await database.validate(database.request(["V1__a.sql": "SELECT 1"], app))
      #expect(missing.flywayErrorCode == "SCHEMA_DOES_NOT_EXIST")
      #expect(try await database.validate(database.request([:], app)).isSuccessful)
      let failed = try await database.failure(["V1__a.sql": "SELECT 2"])
      #expect(failed.flywayErrorCode == "VALIDATE_ERROR")
    }
  }

  @Test("repair takes out failed rows, marks missing files and follows changed ones")
  func repair() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(["V1__a.sql": "SELECT 1", "V2__b.sql": "SELECT 1", "V3__c.sql": "SELECT 1"])
      _ = try await database.failure([
        "V1__a.sql": "SELECT 1", "V2__b.sql": "SELECT 1", "V3__c.sql": "SELECT 1", "V4__d.sql": "VACUUM nope",
      ])
      let files: Files = ["V1__first.sql": "SELECT 10", "V3__c.sql": "SELECT 1", "V4__d.sql": "VACUUM nope"]
      let report = try await database.repair(database.request(files))
      #expect(report.removed == [RepairReport.Entry(version: "4", description: "d", filePath: "")])
      #expect(report.deleted == [RepairReport.Entry(version: "2", description: "b", filePath: "")])
      #expect(report.aligned == [RepairReport.Entry(version: "1", description: "a", filePath: "V1__first.sql")])
      #expect(
        try await database.lines(
          "SELECT installed_rank, version, description, type FROM flyway_schema_history ORDER BY 1")
          == ["1|1|first|SQL", "2|2|b|SQL", "3|3|c|SQL", "4|2|b|DELETE"])
      let ignoring = MigrationSettings.with { $0.ignoreMigrationPatterns = [IgnorePattern(.any, .pending)] }
      #expect(try await database.validate(database.request(files, ignoring)).isSuccessful)
    }
  }

  @Test("repair with nothing to do does not wait for the lock; with something it does")
  func repairLocked() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(["V1__a.sql": "SELECT 1"])
      let holder = try await database.connect()
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      _ = try await holder.execute("SELECT pg_advisory_lock(\(key))")
      #expect(try await database.repair(database.request(["V1__a.sql": "SELECT 1"])).aligned == [])
      let error = await #expect(throws: EngineError.self) {
        try await database.repair(database.request(["V1__a.sql": "SELECT 2"]))
      }
      #expect(error?.code == .databaseLocked)
      await holder.close()
    }
  }

  @Test("baseline starts a history, twice the same is no error, another one is")
  func baseline() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE TABLE legacy (i int)")
      let settings = MigrationSettings.with { ($0.baselineVersion, $0.baselineDescription) = ("3", "start") }
      let report = try await database.baseline(database.request([:], settings))
      #expect(report.isNew && report.version == "3" && report.description == "start")
      #expect(try await database.history() == ["3|start|t"])
      #expect(try await database.baseline(database.request([:], settings)).isNew == false)
      let error = await #expect(throws: EngineError.self) { try await database.baseline(database.request([:])) }
      #expect(error?.code == .refused)
      #expect(error?.flywayErrorCode == "ERROR")
      try await database.migrate(["V3__a.sql": "SELECT 1/0", "V4__b.sql": "SELECT 1"], settings: settings)
      #expect(try await database.history() == ["3|start|t", "4|V4__b.sql|t"])
    }
  }

  // Recorded from Flyway 13.0.0 (case schema_created_baseline_zero).
  @Test("baseline that creates its schema writes the baseline first, then the schema")
  func baselineSchema() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let settings = MigrationSettings.with { ($0.schemas, $0.baselineVersion) = (["app"], "0") }
      let report = try await database.baseline(database.request([:], settings))
      #expect(report.schemasCreated == ["app"])
      let rows = try await database.lines(
        "SELECT installed_rank, version, type, script FROM app.flyway_schema_history ORDER BY 1")
      #expect(rows == ["1|0|BASELINE|<< Flyway Baseline >>", "2||SCHEMA|\"app\""])
    }
  }

  @Test("the history table is put where tablespace says")
  func tablespace() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let settings = MigrationSettings.with { $0.tablespace = "pg_default" }
      try await database.migrate(["V1__a.sql": "SELECT 1"], settings: settings)
      #expect(try await database.history() == ["1|V1__a.sql|t"])
      let missing = MigrationSettings.with { ($0.tablespace, $0.table, $0.schemas) = ("nowhere", "h", ["app"]) }
      let error = try await database.failure(["V1__a.sql": "SELECT 1"], settings: missing)
      #expect(error.message.contains("nowhere"))
    }
  }
}
