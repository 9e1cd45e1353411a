import Postgres
import TestSupport
import Testing

@Suite(
  "Backfills of processes killed with SIGKILL",
  .enabled(if: KilledBinary.missing == nil, "\(KilledBinary.missing ?? "")"))
struct BackfillKillTests {
  private static let setUp = """
    CREATE TABLE t (tenant int, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id));
    SELECT create_distributed_table('t', 'tenant', shard_count := 4);
    INSERT INTO t SELECT 1, g FROM generate_series(1, 9) g;
    """
  private static let script =
    #"-- whimbrel: backfill table=t set="n = n + 1, done = true" where="NOT done" batch=4"#

  private func kill(_ database: CitusDatabase, at number: Int, _ stop: MessageRelay.Stop) async throws -> Bool {
    let schema = "\(stop)_\(number)"
    let binary = try KilledBinary(database, schema: schema, ["V1__t.sql": Self.setUp, "V2__b.sql": Self.script])
    let relay = MessageRelay(to: database.parameters().port, from: "'V2__b.sql'", at: number, stop)
    let killed = try await binary.migrate(port: relay.port) { process in
      _ = try await eventually("the query is reached, or the end", timeout: .seconds(60), every: .milliseconds(5)) {
        relay.stoppedAt != nil || process.hasEnded ? true : nil
      }
      if relay.stoppedAt != nil { try process.kill() }
    }
    relay.end()
    guard let query = relay.stoppedAt else {
      #expect(killed.ending == .exited(0), "\(killed.output)")
      return false
    }
    #expect(killed.ending == .signalled(9))
    let again = try await binary.migrate()
    #expect(again.ending == .exited(0), "\(stop) \(number) \(query): \(again.output)")
    let found = try await database.lines(
      "SELECT count(*), sum(n), max(n), bool_and(done) FROM \(schema).t UNION ALL SELECT count(*), sum(success::int), 0, "
        + "bool_and(execution_time >= 0) FROM \(schema).flyway_schema_history WHERE version IS NOT NULL")
    #expect(found == ["9|9|1|t", "2|2|0|t"], "\(stop) \(number): \(query)")
    return true
  }

  @Test(
    "at every message to the server, before it arrives and before its answer does: each row is changed exactly once",
    arguments: MessageRelay.Stop.allCases)
  func everyMessage(stop: MessageRelay.Stop) async throws {
    try await CitusCluster.shared().withDatabase { database in
      var kills = 0
      while try await kill(database, at: kills + 1, stop) { kills += 1 }
      print("backfill: killed with SIGKILL \(stop) each of \(kills) messages")
      #expect(kills >= 30)
      #expect(try await database.isLockFree())
    }
  }
}
