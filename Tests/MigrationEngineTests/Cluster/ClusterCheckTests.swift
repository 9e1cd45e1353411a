import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("Checking a live cluster", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct ClusterCheckTests {
  private func assess(
    _ database: CitusDatabase, workers: Int = 2, minimum: Bool = false
  ) async throws -> ClusterAssessment {
    let session = try await database.open()
    let observation = try await session.observeCluster()
    await session.close()
    return ClusterAssessment.judge(observation, expecting: WorkerExpectation(expected: workers, isMinimum: minimum))
  }

  @Test("two of two workers are ready, again and again")
  func ready() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let session = try await database.open()
      for _ in 0..<20 {
        let observation = try await session.observeCluster()
        let assessment = ClusterAssessment.judge(observation, expecting: WorkerExpectation(expected: 2))
        #expect(assessment.obstacle == nil, "\(assessment.message)")
        #expect(observation.links?.count == 6)
        #expect(observation.reports?.count == 3)
      }
      await session.close()
    }
  }

  @Test("one of two workers is waited for; none, too")
  func missingWorkers() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.withDatabase(workers: 1) { database in
      let assessment = try await assess(database)
      #expect(assessment.obstacle == .waitingForWorkers)
      #expect(assessment.message.hasPrefix("waiting for workers 1/2: 127.0.0.1:"))
      let one = try await assess(database, workers: 1)
      #expect(one.obstacle == nil, "\(one.message)")
    }
    try await cluster.withDatabase(workers: 0) { database in
      let none = try await assess(database)
      #expect(none.message == "waiting for workers 0/2: none is active")
    }
  }

  @Test("a worker too many is reported, unless more are welcome")
  func tooMany() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let exact = try await assess(database, workers: 1)
      #expect(exact.obstacle == .waitingForWorkers)
      let minimum = try await assess(database, workers: 1, minimum: true)
      #expect(minimum.obstacle == nil, "\(minimum.message)")
    }
  }

  @Test("a database without the extension is no coordinator yet")
  func noExtension() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("DROP EXTENSION citus CASCADE")
      let assessment = try await assess(database)
      #expect(assessment.obstacle == .coordinatorNotReady)
      #expect(assessment.message.contains("CREATE EXTENSION citus"))
    }
  }

  @Test("a worker that is asked instead of the coordinator is recognised")
  func workerAsked() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let session = try await MigrationSession.open(database.parameters(on: .worker1), logger: .silent)
      let observation = try await session.observeCluster()
      await session.close()
      let assessment = ClusterAssessment.judge(observation, expecting: WorkerExpectation(expected: 2))
      #expect(assessment.obstacle == .coordinatorNotReady)
      #expect(assessment.message.contains("is a worker (group "))
    }
  }

  @Test("metadata that is not synced is waited for")
  func unsynced() async throws {
    try await CitusCluster.shared().withDatabase { database in
      // In one message: the maintenance daemon syncs again within moments.
      let connection = try await database.connect()
      _ = try await connection.execute("BEGIN")
      _ = try await connection.execute("UPDATE pg_dist_node SET metadatasynced = false WHERE groupid = 1")
      let nodes = try await connection.execute(
        "SELECT nodeid, groupid, nodename, nodeport, metadatasynced FROM pg_dist_node WHERE groupid = 1")
      #expect(nodes.rows.first?["metadatasynced"] == "f")
      _ = try await connection.execute("COMMIT")
      await connection.close()
      let assessment = try await assess(database)
      // The daemon may have been faster; then the cluster is ready again, which is right as well.
      #expect(assessment.obstacle == .metadataNotSynced || assessment.obstacle == nil, "\(assessment.message)")
      if database.cluster.kind == .standIn { #expect(assessment.obstacle == .metadataNotSynced) }
    }
  }

  @Test("an old prepared transaction of Citus is waited for, a young or foreign one is not")
  func prepared() async throws {
    try await CitusCluster.shared().withDatabase { database in
      // Real Citus removes it within a minute, so its age is feigned by what the check compares.
      try await database.run("BEGIN; CREATE TABLE p (a int); PREPARE TRANSACTION 'mine'", on: .worker1)
      try await database.run("BEGIN; CREATE TABLE q (a int); PREPARE TRANSACTION 'citus_9_1_1_1'", on: .worker1)
      #expect(try await assess(database).obstacle == nil)
      let old = try await database.value(
        """
        SELECT count(*) FROM pg_prepared_xacts WHERE gid LIKE 'citus\\_%' AND database = current_database()
          AND prepared < now() + interval '1 hour' - interval '60 seconds'
        """, on: .worker1)
      #expect(old == "1")
      try await database.run("ROLLBACK PREPARED 'mine'", on: .worker1)
      try await database.run("ROLLBACK PREPARED 'citus_9_1_1_1'", on: .worker1)
    }
  }

  @Test("a scheduled rebalance is waited for, a finished one is not")
  func rebalance() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.run(
        "INSERT INTO pg_dist_background_job (state, job_type, description) VALUES ('finished', 'rebalance', 'test')")
      #expect(try await assess(database).obstacle == nil)
      try await database.run(
        "INSERT INTO pg_dist_background_job (state, job_type, description) VALUES ('running', 'rebalance', 'test')")
      #expect(try await assess(database).obstacle == .shardMoveRunning)
    }
  }

  @Test(
    "a shard move in the foreground is seen while it runs",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func foregroundMove() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.run("CREATE TABLE moved (a int PRIMARY KEY)")
      try await database.run("SELECT create_distributed_table('moved', 'a', shard_count := 2)")
      let mover = try await database.connect()
      _ = try await mover.execute("BEGIN")
      let from = database.cluster.port(of: .worker1)
      let to = database.cluster.port(of: .worker2)
      _ = try await mover.execute(
        """
        SELECT citus_move_shard_placement(shardid, '127.0.0.1', \(from), '127.0.0.1', \(to), 'block_writes')
        FROM pg_dist_shard_placement WHERE nodeport = \(from) LIMIT 1
        """)
      #expect(try await assess(database).obstacle == .shardMoveRunning)
      _ = try await mover.execute("ROLLBACK")
      await mover.close()
      #expect(try await assess(database).obstacle == nil)
    }
  }

  @Test(
    "transaction recovery and the creation of a colocated table are no shard move",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func harmlessLocks() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.run("CREATE TABLE first (a int PRIMARY KEY)")
      try await database.run("SELECT create_distributed_table('first', 'a', shard_count := 2)")
      let other = try await database.connect()
      _ = try await other.execute("BEGIN")
      _ = try await other.execute("CREATE TABLE second (a int PRIMARY KEY)")
      _ = try await other.execute("SELECT create_distributed_table('second', 'a', colocate_with := 'first')")
      _ = try await other.execute("SELECT recover_prepared_transactions()")
      let held = try await database.lines(
        """
        SELECT DISTINCT objsubid, mode FROM pg_locks WHERE locktype = 'advisory' AND objsubid IN (9, 13)
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
        """)
      #expect(!held.isEmpty)
      let assessment = try await assess(database)
      #expect(assessment.obstacle == nil, "\(assessment.message), held: \(held)")
      _ = try await other.execute("ROLLBACK")
      await other.close()
    }
  }

  @Test("a registered worker that is stopped is named, and one that hangs is found in time")
  func stoppedWorker() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      try await cluster.stop(.worker2)
      let stopped = try await assess(database)
      #expect(stopped.obstacle == .nodesUnreachable)
      #expect(
        stopped.message.hasPrefix("127.0.0.1:\(cluster.port(of: .worker2)) does not answer"), "\(stopped.message)")
      try await cluster.start(.worker2)
      // Each node has 3 s to answer, which a busy machine may miss: then it is the next look that finds it.
      var last = ""
      try await eventually("the worker that is back is ready", lastState: { last }) {
        let back = try await assess(database)
        last = back.message
        return back.obstacle == nil ? () : nil
      }
      try await cluster.pause(.worker2)
      let hanging: ClusterAssessment
      do {
        hanging = try await assess(database)
        try await cluster.resume(.worker2)
      } catch {
        try await cluster.resume(.worker2)
        throw error
      }
      #expect(hanging.obstacle == .nodesUnreachable)
    }
  }
}
