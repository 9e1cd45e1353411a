import MigrationCore
import Testing

@Suite("What must not run in a scratch database")
struct ScratchExclusionTests {
  private func reason(_ sql: String) throws -> String? {
    let statements = try StatementSplitter.split(sql)
    return ScratchExclusion.reason(for: try #require(statements.first))
  }

  @Test(
    "what reaches beyond the database is named",
    arguments: [
      ("CREATE ROLE app", "CREATE ROLE"), ("create user app password 'x'", "CREATE USER"),
      ("ALTER ROLE app IN DATABASE d SET search_path = x", "ALTER ROLE"), ("DROP GROUP g", "DROP GROUP"),
      ("ALTER SYSTEM SET work_mem = '1GB'", "ALTER SYSTEM"), ("CREATE DATABASE d", "CREATE DATABASE"),
      ("ALTER DATABASE d SET work_mem = '1GB'", "ALTER DATABASE"),
      ("CREATE TABLESPACE t LOCATION '/x'", "CREATE TABLESPACE"),
      ("CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p", "CREATE SUBSCRIPTION"),
      ("GRANT admin TO app", "GRANT of a role"), ("REVOKE admin FROM app", "REVOKE of a role"),
      ("GRANT CONNECT ON DATABASE d TO app", "GRANT ON DATABASE"), ("DROP OWNED BY app", "DROP OWNED"),
      ("REASSIGN OWNED BY a TO b", "REASSIGN OWNED"), ("COMMENT ON DATABASE d IS 'x'", "COMMENT ON"),
      ("SECURITY LABEL FOR p ON ROLE app IS 'x'", "SECURITY LABEL"),
      ("COPY t FROM '/etc/passwd'", "COPY with a file or program of the server"),
      ("COPY t TO PROGRAM 'cat'", "COPY with a file or program of the server"),
      ("CHECKPOINT", "CHECKPOINT"), ("SELECT citus_add_node('w', 5432)", "citus_add_node()"),
      ("SELECT pg_terminate_backend(1)", "pg_terminate_backend()"),
      ("SELECT * FROM pg_catalog.pg_create_logical_replication_slot('a', 'b')", "pg_create_logical_replication_slot()"),
      ("SELECT dblink_exec('host=x', 'DROP TABLE t')", "dblink_exec()"), ("SELECT pg_read_file('x')", "pg_read_file()"),
      ("DO $$ BEGIN CREATE ROLE app; END $$", "CREATE ROLE"),
      ("DO $body$ BEGIN EXECUTE 'ALTER SYSTEM SET a = 1'; END $body$", "ALTER SYSTEM"),
      ("DO 'BEGIN PERFORM citus_remove_node(''w'', 1); END'", "citus_remove_node()"),
      ("SELECT run_command_on_workers($c$CREATE ROLE app$c$)", "CREATE ROLE"),
      ("SELECT run_command_on_all_nodes('ALTER SYSTEM SET a = 1')", "ALTER SYSTEM"),
    ])
  func excluded(sql: String, reason expected: String) throws {
    #expect(try reason(sql) == expected)
  }

  @Test(
    "what stays in the database may run, whatever its literals say",
    arguments: [
      "CREATE TABLE role (id int)", "ALTER TABLE t ADD COLUMN role text", "DROP TABLE database",
      "GRANT SELECT ON t TO app", "GRANT USAGE ON SCHEMA s TO app",
      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app",
      "CREATE USER MAPPING FOR app SERVER s", "INSERT INTO notes VALUES ('CREATE ROLE app')",
      "COMMENT ON TABLE t IS 'ALTER SYSTEM'", "COPY t FROM STDIN;\n1\n\\.\n",
      "SELECT create_distributed_table('t', 'id')",
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE app; END $$",
      "DO $$ BEGIN UPDATE t SET a = 1; END $$", "SELECT run_command_on_workers('SELECT 1')", "VACUUM t",
      "COMMENT ON COLUMN t.role IS 'x'", "SET ROLE app",
    ])
  func allowed(sql: String) throws {
    #expect(try reason(sql) == nil)
  }
}
