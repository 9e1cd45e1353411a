import TestSupport
import Testing

@Suite("A migration outside a transaction", .statesCitus, .onRealParts)
struct NonTransactionalTests {
  private static let table = """
    CREATE TABLE bets (tenant_id bigint, bet_id bigint, placed_at timestamptz, PRIMARY KEY (tenant_id, bet_id));
    SELECT create_distributed_table('bets', 'tenant_id');
    """

  @Test("in the middle of a set is applied in its place, and its index is valid on every shard")
  func inTheMiddle() async throws {
    try await World.withController { world, _ in
      try await world.applyFiles([
        "V1__bets.sql": Self.table,
        "V2__index.sql": "CREATE INDEX CONCURRENTLY bets_placed ON bets (tenant_id, placed_at);",
        "V3__column.sql": "ALTER TABLE bets ADD COLUMN note text;",
      ])
      try await world.applyMigration()
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.lastRun?.steps?.map(\.state) == ["Applied", "Applied", "Applied"])
      #expect(try await world.appliedScripts() == ["V1__bets.sql", "V2__index.sql", "V3__column.sql"])
      #expect(
        try await world.database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'bets_placed'::regclass")
          == "t")
      let shards = try await world.database.value(
        """
        SELECT bool_and(success AND result = '1') FROM run_command_on_shards('bets',
          $$SELECT count(*) FROM pg_index WHERE indrelid = '%s'::regclass AND indisvalid AND NOT indisprimary$$)
        """)
      #expect(shards == "t")
    }
  }

  @Test("that fails is recorded as failed, says what it left behind and how to go on, and runs again after that")
  func fails() async throws {
    try await World.withController { world, _ in
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1), (1);",
        "V2__index.sql": "CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id);",
        "V3__three.sql": "CREATE TABLE three (id int);",
      ])
      try await world.applyMigration { $0.more.append("interval: 1s") }
      let failed = try await world.wait(forReason: "MigrationFailed")
      let hint = try #require(failed.status?.lastRun?.steps?[1].error?.hint)
      #expect(hint.contains("DROP INDEX CONCURRENTLY IF EXISTS one_id"), "the left-over is named")
      #expect(hint.contains("DELETE FROM") && hint.contains("installed_rank = 2"), "the way out is named")
      #expect(try await world.database.value("SELECT success FROM flyway_schema_history WHERE version = '2'") == "f")
      #expect(try await !world.exists("three"))

      let outcome = try await world.wait(for: "the failed row is found") { $0.ready?.reason == "ValidationFailed" }
      #expect(
        outcome.ready?.message.contains("V2__index.sql") == true || outcome.ready?.message.contains("version 2") == true
      )
      try await world.database.run("DROP INDEX CONCURRENTLY one_id")
      try await world.database.run("DELETE FROM one")
      try await world.database.run("DELETE FROM flyway_schema_history WHERE installed_rank = 2 AND NOT success")
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__index.sql", "V3__three.sql"])
    }
  }
}
