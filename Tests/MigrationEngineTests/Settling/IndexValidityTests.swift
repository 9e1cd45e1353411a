import MigrationEngine
import TestSupport
import Testing

@Suite(
  "An index that was built concurrently is valid everywhere",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct IndexValidityTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, x text);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    CREATE INDEX t_x ON t (x);
    """
  private static let script = "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_x ON t (x)"

  @Test("one that is there before, invalid, is no success")
  func coordinator() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": Self.table])
      try await database.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_x'::regclass")
      let files: Files = ["V1__t.sql": Self.table, "V2__i.sql": Self.script]
      let error = try await database.failure(files)
      #expect(error.code == .migrationFailed && !error.isTransient)
      #expect(
        error.message.contains("V2__i.sql:1:1: the index t_x is there on the coordinator, but invalid"),
        "\(error.message)")
      #expect(error.message.contains("send: DROP INDEX CONCURRENTLY IF EXISTS t_x"), "\(error.message)")
      try await database.run("DROP INDEX CONCURRENTLY IF EXISTS t_x")
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass") == "t")
    }
  }

  @Test("one that is there before and valid is left as it is")
  func valid() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let before = "SELECT relfilenode FROM pg_class WHERE relname = 't_x'"
      try await database.migrate(["V1__t.sql": Self.table])
      let file = try await database.value(before)
      #expect(try await database.migrate(["V1__t.sql": Self.table, "V2__i.sql": Self.script]).applied == 1)
      #expect(try await database.value(before) == file)
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass") == "t")
    }
  }

  @Test("one that is invalid on a shard names the shard and its node")
  func placement() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": Self.table])
      let place = try await database.value(
        "SELECT shardid || ' ' || nodeport FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node "
          + "USING (groupid) WHERE logicalrelid = 't'::regclass AND nodeport = \(database.cluster.port(of: .worker1)) LIMIT 1"
      )
      let parts = (place ?? "").split(separator: " ").map(String.init)
      try await database.run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_x_\(parts.first ?? "")'::regclass", on: .worker1)
      let error = try await database.failure(["V1__t.sql": Self.table, "V2__i.sql": Self.script])
      let expected =
        "the index t_x is missing or invalid on shard \(parts.first ?? "") on 127.0.0.1:\(parts.last ?? "")"
      #expect(error.message.contains(expected), "\(error.message)")
      #expect(error.message.contains("DROP INDEX CONCURRENTLY IF EXISTS t_x"))
    }
  }
}
