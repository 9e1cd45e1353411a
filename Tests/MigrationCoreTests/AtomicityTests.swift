import MigrationCore
import Testing

@Suite("What can be done exactly once, and what stays in the session")
struct AtomicityTests {
  private func facts(_ sql: String) throws -> StatementFacts { try #require(StatementSplitter.split(sql).last).facts }

  @Test(
    "what can be rolled back as a whole may share a transaction with its note",
    arguments: [
      "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "TRUNCATE t", "MERGE INTO t USING s ON true",
      "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "SELECT create_distributed_table('t', 'id')",
      "(SELECT 1) UNION (SELECT 2)", "CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)", "ALTER TABLE t ADD b int",
      "DROP TABLE t", "COMMENT ON TABLE t IS 'dblink(1)'", "GRANT SELECT ON t TO r", "ALTER TYPE e ADD VALUE 'x'",
      "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "COPY t FROM '/tmp/x'", "SELECT my_backfill(1)",
    ])
  func atomic(sql: String) throws { #expect(try facts(sql).isAtomic) }

  @Test(
    "what may commit by itself, or works beside the transaction, may not",
    arguments: [
      "CALL p()", "DO $$ BEGIN COMMIT; END $$", "VACUUM t", "CREATE INDEX CONCURRENTLY i ON t (a)",
      "DROP INDEX CONCURRENTLY i", "CREATE DATABASE d", "ALTER SYSTEM SET a = 1", "BEGIN", "COMMIT", "SAVEPOINT a",
      "COMMIT PREPARED 'x'", "SET a = 1", "RESET ALL", "EXECUTE p", "PREPARE p AS SELECT 1", "LOCK TABLE t",
      "SELECT dblink_exec('c', 'INSERT INTO t VALUES (1)')", "SELECT * FROM run_command_on_workers('SELECT 1')",
      "INSERT INTO t SELECT result FROM run_command_on_shards('t', 'x')", "SELECT pg_catalog.\"lo_export\"(1, 'x')",
      "SELECT citus_move_shard_placement(1, 'a', 1, 'b', 1)", "COPY t TO '/tmp/x'", "COPY t FROM PROGRAM 'x'",
      "SELECT create_distributed_table_concurrently('t', 'id')", "CLUSTER t", "REINDEX TABLE t", "DISCARD ALL",
    ])
  func notAtomic(sql: String) throws { #expect(try !facts(sql).isAtomic) }

  @Test(
    "what a statement leaves in its session is known, or said to be unclear",
    arguments: [
      ("SET work_mem = '1MB'", .setting), ("SET SESSION a.b = 1", .setting), ("RESET ROLE", .setting),
      ("SET LOCAL a.b = 1", .none), ("SET TRANSACTION READ ONLY", .none), ("CREATE TABLE t (a int)", .none),
      ("CREATE TEMP TABLE t (a int)", .unclear), ("CREATE TEMPORARY VIEW v AS SELECT 1", .unclear),
      ("SELECT 1 INTO TEMP t", .unclear), ("CREATE TABLE pg_temp.t (a int)", .unclear),
      ("SELECT create_distributed_table('t', 'id')", .none), ("SELECT set_config('a.b', 'c', false)", .unclear),
      ("INSERT INTO t SELECT set_config('a.b', 'c', false)", .unclear), ("SELECT mine()", .unclear),
      ("SELECT count(*) FROM t WHERE a IN (1, 2)", .none), ("PREPARE p AS SELECT 1", .unclear),
      ("CALL p()", .unclear), ("DO $$ $$", .unclear), ("VACUUM", .none), ("LISTEN x", .unclear), ("BEGIN", .none),
      ("COMMIT", .none), ("COMMIT AND CHAIN", .unclear), ("ROLLBACK", .unclear),
      ("CREATE INDEX CONCURRENTLY i ON t (a)", .none), ("DISCARD ALL", .unclear),
    ] as [(String, StatementFacts.SessionEffect)])
  func session(sql: String, expected: StatementFacts.SessionEffect) throws {
    #expect(try facts(sql).sessionEffect == expected)
  }
}
