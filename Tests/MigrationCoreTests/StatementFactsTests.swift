import MigrationCore
import Testing

@Suite("Facts of statements")
struct StatementFactsTests {
  private func facts(_ sql: String) throws -> StatementFacts {
    try #require(StatementSplitter.split(sql).last).facts
  }

  @Test(
    "what the server refuses in a transaction block is known",
    arguments: [
      "CREATE DATABASE x", "DROP TABLESPACE x", "create subscription s connection 'x' publication p",
      "ALTER SYSTEM SET a = 1",
      "CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
      "DROP INDEX CONCURRENTLY i",
      "REINDEX SCHEMA public", "REINDEX VERBOSE DATABASE d", "REINDEX (VERBOSE) SYSTEM d",
      "REINDEX INDEX CONCURRENTLY i",
      "REINDEX (CONCURRENTLY) TABLE t", "REINDEX TABLE CONCURRENTLY s.t", "VACUUM", "VACUUM (ANALYZE) t", "DISCARD ALL",
      "ALTER TABLE p DETACH PARTITION c CONCURRENTLY", "CLUSTER", "CLUSTER VERBOSE", "CLUSTER (VERBOSE)",
      "ALTER DATABASE d SET TABLESPACE t", "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
      "ALTER SUBSCRIPTION s ADD PUBLICATION p",
      "SELECT create_distributed_table_concurrently('t', 'id')", "CALL citus_cleanup_orphaned_resources()",
      "CALL pg_catalog.citus_finish_citus_upgrade()", "/* c */ vacuum t",
    ])
  func nonTransactional(sql: String) throws {
    #expect(try !facts(sql).isTransactional)
  }

  @Test(
    "all else runs in a transaction block",
    arguments: [
      "CREATE TABLE vacuum_log (a int)", "CREATE INDEX concurrently_i ON t (a)", "CREATE INDEX i ON t (a)",
      "DROP INDEX i",
      "CREATE INDEX \"CONCURRENTLY\" ON t (a)", "REINDEX TABLE t", "REINDEX INDEX schema",
      "REINDEX (CONCURRENTLY off) TABLE t",
      "ALTER TABLE p DETACH PARTITION c", "ALTER TABLE p DETACH PARTITION c FINALIZE", "CLUSTER t USING i",
      "CLUSTER (VERBOSE) t",
      "ALTER DATABASE d SET a = 1", "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
      "ALTER SUBSCRIPTION s DISABLE", "SELECT 'VACUUM'", "SELECT create_distributed_table('t', 'id')",
      "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "ALTER TYPE e ADD VALUE 'x'", "DISCARD TEMP",
      "COMMENT ON FUNCTION create_distributed_table_concurrently IS 'x'",
      "SELECT 'create_distributed_table_concurrently(1)'",
    ])
  func transactional(sql: String) throws {
    #expect(try facts(sql).nonTransactionalReason == nil)
  }

  @Test(
    "transaction control is a fact of its own",
    arguments: [
      ("BEGIN", .begin), ("begin work", .begin), ("START TRANSACTION", .begin), ("COMMIT", .commit), ("END", .commit),
      ("ROLLBACK", .rollback), ("ABORT", .rollback), ("ROLLBACK AND CHAIN", .rollback), ("SAVEPOINT a", .savepoint),
      ("RELEASE a", .releaseSavepoint), ("ROLLBACK TO SAVEPOINT a", .rollbackToSavepoint),
      ("ROLLBACK WORK TO a", .rollbackToSavepoint), ("PREPARE TRANSACTION 'x'", .prepareTransaction),
      ("COMMIT PREPARED 'x'", .commitPrepared), ("ROLLBACK PREPARED 'x'", .rollbackPrepared),
      ("PREPARE p AS SELECT 1", nil),
      ("SELECT 1", nil),
    ] as [(String, StatementFacts.TransactionControl?)])
  func control(sql: String, expected: StatementFacts.TransactionControl?) throws {
    #expect(try facts(sql).transactionControl == expected)
  }

  @Test(
    "switching propagation off is seen in each spelling",
    arguments: [
      ("SET citus.enable_ddl_propagation TO off", true), ("set local citus.enable_ddl_propagation = 'off'", true),
      ("SET citus.enable_metadata_sync = false", true),
      ("SELECT set_config('citus.enable_ddl_propagation', 'off', true)", true),
      ("ALTER ROLE x SET citus.enable_ddl_propagation TO 0", true), ("SET citus.enable_ddl_propagation TO on", false),
      ("RESET citus.enable_ddl_propagation", false), ("SHOW citus.enable_metadata_sync", false),
      ("SELECT 'SET citus.enable_ddl_propagation TO off'", false),
    ])
  func propagation(sql: String, isOff: Bool) throws {
    #expect(try facts(sql).disabledPropagation.isEmpty != isOff)
  }

  @Test("a concurrent index is known by name, schema and table")
  func concurrentIndex() throws {
    let created = try #require(
      facts("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"My Idx\" ON ONLY App.\"T\"\"x\" (a)").concurrentIndex)
    #expect(created.action == .create && created.isUnique && created.isConditional)
    #expect(created.name == ObjectName(schema: nil, name: "My Idx"))
    #expect(created.table == ObjectName(schema: "app", name: "T\"x"))
    #expect(created.schema == "app")
    let unnamed = try #require(facts("CREATE INDEX CONCURRENTLY ON t (a)").concurrentIndex)
    #expect(unnamed.name == nil && unnamed.table == ObjectName(schema: nil, name: "t"))
    let dropped = try #require(facts("DROP INDEX CONCURRENTLY IF EXISTS s.I").concurrentIndex)
    #expect(dropped.action == .drop && dropped.name == ObjectName(schema: "s", name: "i"))
    let rebuilt = try #require(facts("REINDEX (VERBOSE, CONCURRENTLY) INDEX s.i").concurrentIndex)
    #expect(rebuilt.action == .reindex && rebuilt.name == ObjectName(schema: "s", name: "i"))
    #expect(try facts("CREATE INDEX i ON t (a)").concurrentIndex == nil)
  }

  @Test(
    "work through rows is told from work on the catalog",
    arguments: [
      ("UPDATE t SET a = 1", true), ("INSERT INTO t SELECT * FROM u", true), ("INSERT INTO t VALUES (1)", false),
      ("CREATE INDEX i ON t (a)", true), ("CREATE TABLE t (a int); CREATE INDEX i ON t (a)", false),
      ("CREATE TABLE s.t (a int); CREATE INDEX i ON u (a)", true),
      ("CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a)", true),
      ("CREATE TABLE t AS SELECT 1", true), ("CREATE TABLE t (a int)", false),
      ("ALTER TABLE t ADD COLUMN a int", false),
      ("ALTER TABLE t ALTER COLUMN a TYPE bigint", true), ("ALTER TABLE t ALTER a SET NOT NULL", true),
      ("ALTER TABLE t VALIDATE CONSTRAINT c", true), ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", true),
      ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", false), ("ALTER TABLE t DROP CONSTRAINT c", false),
      ("CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)", false), ("ALTER TABLE t ADD PRIMARY KEY (a)", true),
      ("CREATE TABLE t (a int); SELECT create_distributed_table('t', 'a')", false),
      ("CREATE TABLE public.t (a int); SELECT create_distributed_table('t', 'a')", false),
      ("SELECT create_distributed_table('t', 'a')", true), ("SELECT 1", false),
      ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", true), ("REFRESH MATERIALIZED VIEW v", true),
      ("CREATE VIEW v AS SELECT 1", false), ("CREATE TYPE e AS ENUM ('a')", false),
    ])
  func data(sql: String, touches: Bool) throws {
    #expect(try facts(sql).touchesData == touches)
  }

  @Test(
    "a lost statement is settled by its kind",
    arguments: [
      ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "create"), ("DROP INDEX CONCURRENTLY i", "drop"),
      ("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", "create"), ("REINDEX INDEX CONCURRENTLY i", "reindex"),
      ("VACUUM t", "again"), ("REINDEX TABLE t", "again"), ("CREATE TABLE IF NOT EXISTS t (a int)", "again"),
      ("DROP VIEW IF EXISTS v", "again"), ("CREATE OR REPLACE VIEW v AS SELECT 1", "again"),
      ("ALTER SYSTEM SET a = 1", "again"), ("CREATE TABLE t (a int)", "ambiguous"), ("UPDATE t SET a = 1", "ambiguous"),
      ("INSERT INTO t VALUES (1)", "ambiguous"), ("SELECT f()", "ambiguous"), ("DROP TABLE t", "ambiguous"),
      ("SELECT create_distributed_table_concurrently('t', 'id')", "ambiguous"), ("CREATE DATABASE d", "ambiguous"),
    ])
  func settling(sql: String, expected: String) throws {
    let facts = try facts(sql)
    let found =
      switch facts.settling {
      case .createIndex(let index): index == facts.concurrentIndex ? "create" : "?"
      case .dropIndex(let index): index == facts.concurrentIndex ? "drop" : "?"
      case .reindex(let index): index == facts.concurrentIndex ? "reindex" : "?"
      case .runAgain: "again"
      case .ambiguous: "ambiguous"
      }
    #expect(found == expected)
  }

  @Test("the verb shows no name and no literal")
  func verb() throws {
    #expect(try facts("CREATE UNIQUE INDEX CONCURRENTLY secret ON t (a)").verb == "CREATE UNIQUE INDEX CONCURRENTLY")
    #expect(try facts("ALTER ROLE joe PASSWORD 'x'").verb == "ALTER ROLE")
    #expect(try facts("(SELECT 1)").verb == "")
  }
}
