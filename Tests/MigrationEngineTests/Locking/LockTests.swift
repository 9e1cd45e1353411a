import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("Locks and concurrency", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct LockTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, x text);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    """

  private static func impatient(_ request: inout RunRequest) {
    request.execution.lockTimeout = .milliseconds(100)
    request.execution.lockRetries = 3
    request.sleep = { _ in }
  }

  @Test("the migration lock held elsewhere ends the run at once and names the holder")
  func databaseLocked() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let holder = try await database.connect()
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      _ = try await holder.execute("SELECT pg_advisory_lock(\(key))")
      let error = try await database.failure(["V1__a.sql": "SELECT 1"])
      #expect(error.code == .databaseLocked)
      #expect(error.isTransient)
      #expect(error.message.contains("backend \(holder.backendProcessIdentifier) (whimbrel-tests) from 127.0.0.1"))
      #expect(try await database.history() == [])
      await holder.close()
      try await database.wait(
        until:
          "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
      )
      #expect(try await database.migrate(["V1__a.sql": "SELECT 1"]).applied == 1)
    }
  }

  @Test("with retries the lock is waited for, and its holder is told each time")
  func lockWait() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let holder = try await database.connect()
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      _ = try await holder.execute("BEGIN")
      _ = try await holder.execute("SELECT pg_advisory_xact_lock(\(key)), 'a secret'")
      let events = Events()
      let error = try await database.failure(["V1__a.sql": "SELECT 1"]) { request in
        request.lockWait = .retries(count: 2, every: .seconds(1))
        request.report = events.take
        request.sleep = { _ in }
      }
      #expect(error.code == .databaseLocked)
      #expect(error.flywayErrorCode == "ERROR")
      #expect(error.message.contains("tried 3 times"))
      #expect(events.all == ["waiting 1 for whimbrel-tests", "waiting 2 for whimbrel-tests"])
      let seen = events.events.compactMap { event in
        if case .waitingForLock(let holder?, _) = event { holder } else { nil }
      }
      #expect(seen.first?.pid == Int(holder.backendProcessIdentifier))
      #expect(seen.first?.query == "SELECT pg_advisory_xact_lock(\(key)), '...'")
      #expect(seen.first?.since?.hasPrefix("20") == true)
      let summary = try await database.migrate(["V1__a.sql": "SELECT 1"]) { request in
        request.lockWait = .retries(count: -1, every: .seconds(1))
        request.sleep = { _ in _ = try await holder.execute("ROLLBACK") }
      }
      #expect(summary.applied == 1)
      await holder.close()
    }
  }

  @Test("a lock that is not granted in time is tried again, then reported as passing")
  func lockTimeout() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": Self.table])
      let blocker = try await database.connect()
      _ = try await blocker.execute("BEGIN")
      _ = try await blocker.execute("LOCK TABLE t IN ACCESS SHARE MODE")
      let events = Events()
      let files: Files = ["V1__t.sql": Self.table, "V2__a.sql": "ALTER TABLE t ADD y int"]
      let error = try await database.failure(files) { request in
        Self.impatient(&request)
        request.report = events.take
      }
      #expect(error.code == .lockTimedOut)
      #expect(error.isTransient)
      #expect(error.cause?.sqlState == .lockNotAvailable)
      #expect(
        events.all.filter { $0.hasPrefix("retrying") } == [
          "retrying 1 after 0.5 seconds", "retrying 2 after 1.0 seconds", "retrying 3 after 2.0 seconds",
        ])
      #expect(try await database.history() == ["1|V1__t.sql|t"])
      await blocker.close()
      #expect(try await database.migrate(files).applied == 1)
    }
  }

  @Test("a lock that is let go between two attempts lets the migration through")
  func lockReleased() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": Self.table])
      let blocker = try await database.connect()
      _ = try await blocker.execute("BEGIN")
      _ = try await blocker.execute("LOCK TABLE t IN ACCESS SHARE MODE")
      let summary = try await database.migrate(["V1__t.sql": Self.table, "V2__a.sql": "ALTER TABLE t ADD y int"]) {
        request in
        Self.impatient(&request)
        request.sleep = { _ in _ = try await blocker.execute("ROLLBACK") }
      }
      #expect(summary.applied == 1)
      await blocker.close()
    }
  }

  @Test(
    "the timeouts reach the workers: a shard locked there ends the wait",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() },
    arguments: [ExecutionSettings.MultiShardMode.auto, .parallel])
  func workerTimeouts(_ mode: ExecutionSettings.MultiShardMode) async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": Self.table])
      let worker = try await database.connect(on: .worker1)
      _ = try await worker.execute("SET citus.override_table_visibility = off")
      let shard = try await worker.execute("SELECT relname FROM pg_class WHERE relname ~ '^t_[0-9]+$' LIMIT 1")
      let name = try #require(shard.rows.first?[0])
      _ = try await worker.execute("BEGIN")
      _ = try await worker.execute("SELECT count(*) FROM public.\(name)")
      let started = ContinuousClock.now
      let error = try await database.failure(["V1__t.sql": Self.table, "V2__a.sql": "ALTER TABLE t ADD y int"]) {
        request in
        Self.impatient(&request)
        request.execution.multiShardMode = mode
      }
      #expect(error.code == .lockTimedOut)
      #expect(error.cause?.sqlState == .lockNotAvailable)
      #expect(ContinuousClock.now - started < .seconds(20))
      _ = try await worker.execute("ROLLBACK")
      await worker.close()
    }
  }

  @Test("two runs at once on one empty database apply every migration exactly once")
  func twoRuns() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let count = 12
      let settings = MigrationSettings.tests
      let scripts = (1...count).map { number in
        ScriptFile(
          path: "V\(number)__n.sql",
          bytes: Array("CREATE TABLE n\(number) (a int); INSERT INTO n\(number) VALUES (1)".utf8))
      }
      let request = RunRequest(
        scripts: .resolve(scripts, settings: settings), settings: settings, execution: ExecutionSettings())
      try await withThrowingTaskGroup(of: Int.self) { group in
        for runner in 0..<3 {
          group.addTask {
            while true {
              do {
                return try await database.migrate(request, applicationName: "runner-\(runner)").applied
              } catch let error as EngineError where error.code == .databaseLocked {
                await Task.yield()
              }
            }
          }
        }
        let applied = try await group.reduce(into: []) { $0.append($1) }
        #expect(applied.reduce(0, +) == count)
      }
      let history = try await database.history()
      #expect(history == (1...count).map { "\($0)|V\($0)__n.sql|t" })
      #expect(try await database.isLockFree())
    }
  }

  @Test("a cancelled run rolls back, records nothing and frees the lock")
  func cancelled() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = ["V1__t.sql": Self.table, "V2__s.sql": "ALTER TABLE t ADD y int; SELECT pg_sleep(60);"]
      let run = Task { try await database.migrate(files) }
      try await database.wait(
        until:
          "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)'"
      )
      let started = ContinuousClock.now
      run.cancel()
      let outcome = await run.result
      #expect(ContinuousClock.now - started < .seconds(50))
      let error = #expect(throws: EngineError.self) { try outcome.get() }
      #expect(error?.code == .cancelled)
      #expect(error?.isTransient == true)
      try await database.wait(
        until:
          "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)' AND state = 'active'"
      )
      #expect(try await database.history() == ["1|V1__t.sql|t"])
      try await database.wait(
        until:
          "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
      )
      #expect(
        try await database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'y'")
          == "0")
    }
  }

  @Test("a session that ends in the middle records nothing, and the next run goes on")
  func terminated() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = ["V1__t.sql": Self.table, "V2__s.sql": "ALTER TABLE t ADD y int; SELECT pg_sleep(60);"]
      async let failed = database.failure(files)
      try await database.wait(
        until:
          "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)'"
      )
      try await database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)'"
      )
      let error = try await failed
      #expect(error.code == .connection)
      #expect(error.isTransient)
      #expect(error.message.contains("V2__s.sql"))
      #expect(try await database.history() == ["1|V1__t.sql|t"])
      let repaired: Files = ["V1__t.sql": Self.table, "V2__s.sql": "ALTER TABLE t ADD y int;"]
      #expect(try await database.migrate(repaired).applied == 1)
    }
  }

  @Test("a server that cannot be reached is a passing error with its address")
  func unreachable() async throws {
    let cluster = try await CitusCluster.shared()
    var parameters = cluster.parameters(database: "nowhere")
    parameters.port = 1
    let error = await #expect(throws: EngineError.self) {
      _ = try await MigrationSession.open(parameters, logger: .silent)
    }
    #expect(error?.code == .connection)
    #expect(error?.isTransient == true)
    #expect(error?.message.contains("127.0.0.1:1/nowhere") == true)
  }
}
