import MigrationCore
import Postgres
import Support
import TestSupport
import Testing

@testable import MigrationEngine

@Suite(
  "A plan tried in a scratch database", .serialized,
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct RehearsalTests {
  private static let first =
    "CREATE TABLE orders (id bigint PRIMARY KEY, note text); INSERT INTO orders VALUES (1, 'a');"

  private func rehearse(_ files: Files, in database: CitusDatabase, as user: String? = nil) async throws -> Rehearsal {
    let request = database.request(files)
    var parameters = database.parameters()
    if let user { (parameters.user, parameters.password) = (user, Redacted("x")) }
    let session = try await MigrationSession.open(parameters, logger: .silent)
    let plan = try await session.readHistory(request.settings).plan(request.scripts, settings: request.settings)
    let rehearsal = await session.rehearse(plan, request)
    await session.close()
    return rehearsal
  }

  private func effects(_ files: Files, in database: CitusDatabase) async throws -> PlanEffects {
    switch try await rehearse(files, in: database) {
    case .done(let effects): return effects
    case .impossible(let reason):
      Issue.record("\(reason)")
      throw UnexpectedSuccess()
    }
  }

  private func scratchDatabases(_ database: CitusDatabase) async throws -> String? {
    try await database.value(
      "SELECT count(*) FROM pg_database WHERE datname LIKE 'whimbrel_scratch_%' AND datname NOT LIKE '%_1_%'")
  }

  @Test("locks, rewrites and scans of each statement are seen, and neither target nor server keep anything of it")
  func traces() async throws {
    try await CitusCluster.shared().exclusively { database in
      try await database.migrate(["V1__a.sql": Self.first])
      let effects = try await effects(
        [
          "V1__a.sql": Self.first,
          "V2__b.sql": """
          ALTER TABLE orders ADD COLUMN a int;
          ALTER TABLE orders ADD COLUMN b uuid DEFAULT gen_random_uuid();
          ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);
          CREATE TABLE fresh (id int);
          """,
          "V3__c.sql": "CREATE INDEX ON orders (a);",
        ], in: database)
      let orders = ObjectName(schema: "public", name: "orders")
      let statements = effects.steps.flatMap(\.statements)
      #expect(effects.origin == .scratch && effects.notes.isEmpty)
      #expect(statements.map(\.line) == [1, 2, 3, 4, 1])
      #expect(statements[0].tables == [TableEffect(orders, lock: .accessExclusive)])
      #expect(statements[1].tables.first?.isRewritten == true)
      #expect(statements[2].tables.first?.isScanned == true && statements[2].tables.first?.isRewritten == false)
      #expect(statements[3].tables.isEmpty)
      #expect(statements[4].tables.map(\.lock) == [.share])
      #expect(try await database.history() == ["1|V1__a.sql|t"])
      #expect(
        try await database.value(
          "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname IN ('a', 'b')") == "0")
      #expect(try await scratchDatabases(database) == "0")
    }
  }

  @Test("a backfill is run there without its pauses, and what it gets wrong is told")
  func backfills() async throws {
    try await CitusCluster.shared().exclusively { database in
      try await database.migrate(["V1__a.sql": Self.first])
      let effects = try await effects(
        [
          "V1__a.sql": Self.first,
          "V2__b.sql":
            #"-- whimbrel: backfill table=orders set="note = 'b'" where="note = 'a'" batch=1 pause=1h"#,
          "V3__c.sql": #"-- whimbrel: backfill table=orders set="nota = 'b'" where="note = 'a'" batch=1"#,
        ], in: database)
      #expect(effects.steps.map(\.script) == ["V2__b.sql", "V3__c.sql"])
      #expect(effects.steps[0].refusal == nil && effects.steps[0].omission == nil)
      #expect(effects.steps[1].refusal?.sqlState == "42703" && effects.steps[1].refusal?.line == 1)
      #expect(try await database.value("SELECT note FROM orders") == "a")
    }
  }

  @Test("shards show with their table, and what Citus refuses is told with its place; what follows did not run")
  func distributed() async throws {
    let base = """
      CREATE TABLE events (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id));
      SELECT create_distributed_table('events', 'tenant_id');
      """
    try await CitusCluster.shared().withDatabase(workers: 2) { database in
      try await database.migrate(["V1__a.sql": base])
      let effects = try await effects(
        [
          "V1__a.sql": base, "V2__b.sql": "ALTER TABLE events ADD COLUMN note text;",
          "V3__c.sql": "SELECT 1;\n\nCREATE TABLE u (a int, b int UNIQUE);\nSELECT create_distributed_table('u', 'a');",
          "V4__d.sql": "SELECT 1;",
        ], in: database)
      let events = ObjectName(schema: "public", name: "events")
      #expect(
        effects.steps[0].statements.first?.tables
          == [TableEffect(events, lock: .accessExclusive, shardLock: .accessExclusive)])
      #expect(effects.steps[1].refusal?.line == 4, "\(effects.steps[1])")
      #expect(effects.steps[1].refusal?.sqlState == "0A000")
      #expect(effects.steps[2].omission == "the migration before it did not go through")
    }
  }

  @Test("what reaches beyond the database does not run: seen in the text, or found in what it changed")
  func shared() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let hidden = "DO $$ BEGIN EXECUTE 'CREATE RO' || 'LE whimbrel_hidden'; END $$;"
      let effects = try await effects(
        ["V1__a.sql": "CREATE ROLE whimbrel_shown;\nCREATE TABLE t (a int);", "V2__b.sql": hidden], in: database)
      #expect(effects.steps[0].statements.map(\.omission) == ["CREATE ROLE", nil])
      #expect(
        effects.steps[1].omission?.contains("pg_authid, which all databases share") == true, "\(effects.steps[1])")
      #expect(try await database.value("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'whimbrel_%n'") == "0")
    }
  }

  @Test("without the right to create a database there is a reason, and no effects")
  func forbidden() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let role = "rehearsal_\(UInt32.random(in: 0 ... .max))"
      try await database.run("CREATE ROLE \(role) LOGIN PASSWORD 'x' IN ROLE pg_read_all_data")
      let rehearsal = try await rehearse(["V1__a.sql": "SELECT 1;"], in: database, as: role)
      try await database.run("DROP ROLE \(role)")
      guard case .impossible(let reason) = rehearsal else { throw UnexpectedSuccess() }
      #expect(reason.contains("permission denied to create database"), "\(reason)")
    }
  }

  @Test("what was applied and cannot be repeated from the files is named, with its place")
  func unrepeatable() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE SCHEMA byhand; CREATE TABLE byhand.t (a int)")
      let files: Files = ["V1__a.sql": "SELECT 1;\nALTER TABLE byhand.t ADD COLUMN b int;"]
      try await database.migrate(files)
      let rehearsal = try await rehearse(
        ["V1__a.sql": files[0].value, "V2__b.sql": "SELECT 1;"], in: database)
      guard case .impossible(let reason) = rehearsal else { throw UnexpectedSuccess() }
      #expect(reason.contains("V1__a.sql, line 2: ") && reason.contains("byhand"), "\(reason)")
    }
  }

  @Test("a history that begins with a baseline cannot be repeated")
  func baseline() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      _ = try await database.baseline(database.request([:]))
      let rehearsal = try await rehearse(["V2__b.sql": "SELECT 1;"], in: database)
      guard case .impossible(let reason) = rehearsal else { throw UnexpectedSuccess() }
      #expect(reason.contains("begins with a baseline (1)"))
    }
  }

  @Test("a database that a crash left behind is dropped by the next one, and one in use is not")
  func leftBehind() async throws {
    try await CitusCluster.shared().exclusively { database in
      let recent = ScratchName(createdAt: 4_000_000_000, random: 1).text
      let old = ScratchName(createdAt: 1, random: 1).text
      for name in [recent, old] { try await database.run("CREATE DATABASE \(name)") }
      _ = try await effects(["V1__a.sql": "SELECT 1;"], in: database)
      let left = try await database.lines("SELECT datname FROM pg_database WHERE datname LIKE 'whimbrel_scratch_%'")
      try await database.run("DROP DATABASE \(recent)")
      #expect(left == [recent])
    }
  }

  @Test("when its task is cancelled, the database goes all the same")
  func cancelled() async throws {
    try await CitusCluster.shared().exclusively { database in
      let request = database.request(["V1__a.sql": "SELECT pg_sleep(60);"])
      try await database.withSession { session in
        let plan = try await session.readHistory(request.settings).plan(request.scripts, settings: request.settings)
        let task = Task { await session.rehearse(plan, request) }
        try await database.wait(
          until:
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active')")
        task.cancel()
        guard case .done(let effects) = await task.value else { return }
        #expect(effects.steps.first?.refusal != nil || effects.steps.first?.omission != nil)
      }
      #expect(try await scratchDatabases(database) == "0")
    }
  }
}
