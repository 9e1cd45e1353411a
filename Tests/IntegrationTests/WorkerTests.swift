import TestSupport
import Testing

@Suite("Workers that are missing", .statesCitus, .onRealParts)
struct WorkerTests {
  @Test("one of two holds everything back until it is added")
  func oneOfTwo() async throws {
    try await World.withController(workers: 1) { world, _ in
      try await world.applyFiles([
        "V1__bets.sql": """
        CREATE TABLE bets (tenant_id bigint, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """
      ])
      try await world.applyMigration { $0.workers = "{expected: 2}" }
      let waiting = try await world.wait(forReason: "WaitingForWorkers")
      #expect(waiting.ready?.message.hasPrefix("waiting for workers 1/2: 127.0.0.1:") == true)
      #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
      #expect(waiting.condition("ClusterReady")?.status == "False")
      #expect(try await world.column("STATUS") == "Waiting for workers 1/2")
      #expect(try await world.column("WORKERS") == "1/2")
      #expect(try await !world.exists("bets"))
      #expect(try await !world.exists("flyway_schema_history"), "not even the history table is made")

      try await world.database.addWorker(2)
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.cluster?.workers == "2/2")
      let nodes = try await world.database.value(
        "SELECT count(DISTINCT nodeport) FROM citus_shards WHERE table_name = 'bets'::regclass")
      #expect(nodes == "2")
    }
  }

  @Test("one more than expected is refused by Exact and accepted by AtLeast")
  func oneTooMany() async throws {
    try await World.withController { world, _ in
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration { $0.workers = "{expected: 1}" }
      let waiting = try await world.wait(forReason: "WaitingForWorkers")
      #expect(waiting.ready?.message.hasPrefix("2 workers are active, 1 expected: ") == true)
      let next = "; set spec.cluster.workers.expected to 2, or match to AtLeast; waiting since "
      #expect(waiting.ready?.message.contains(next) == true)
      try await world.applyMigration { $0.workers = "{expected: 1, match: AtLeast}" }
      try await world.waitUntilReady()
    }
  }
}
