import MigrationCore
import MigrationLint
import Testing

@Suite("The examples of a migrations guide")
struct GuideTests {
  private static let events = """
    CREATE TABLE bet_events (
        tenant_id BIGINT NOT NULL,
        event_id BIGSERIAL,
        aggregate_id BIGINT NOT NULL,
        event_type VARCHAR(100) NOT NULL,
        event_data JSONB NOT NULL,
        idempotency_key UUID NOT NULL,
        created_at TIMESTAMPTZ DEFAULT NOW(),
        PRIMARY KEY (tenant_id, event_id),
        UNIQUE (tenant_id, idempotency_key)
    );
    SELECT create_distributed_table('bet_events', 'tenant_id');

    """
  private static let bets = """
    CREATE TABLE bets (
        tenant_id BIGINT NOT NULL,
        bet_id BIGSERIAL,
        user_id BIGINT NOT NULL,
        amount DECIMAL(15,2) NOT NULL,
        created_at TIMESTAMPTZ DEFAULT NOW(),
        PRIMARY KEY (tenant_id, bet_id)
    );

    -- REQUIRED: Distribute table by tenant_id
    SELECT create_distributed_table('bets', 'tenant_id');

    """

  @Test("tables as it wants them are clean")
  func tables() {
    let files: [(name: String, text: String)] = [
      ("V1__initial_schema.sql", Self.bets),
      (
        "V2__add_bet_statuses.sql",
        """
        CREATE TABLE bet_statuses (
            status_code VARCHAR(20) PRIMARY KEY,
            description TEXT
        );

        -- Replicate to all nodes
        SELECT create_reference_table('bet_statuses');
        """
      ),
      ("V3__add_bet_events.sql", Self.events),
      (
        "V4__add_user_preferences.sql",
        """
        CREATE TABLE user_preferences (
            tenant_id BIGINT NOT NULL,
            user_id BIGINT NOT NULL,
            preferences JSONB DEFAULT '{}',
            updated_at TIMESTAMPTZ DEFAULT NOW(),
            PRIMARY KEY (tenant_id, user_id)
        );

        SELECT create_distributed_table('user_preferences', 'tenant_id');

        CREATE INDEX idx_user_preferences_updated
        ON user_preferences(tenant_id, updated_at);
        """
      ),
    ]
    #expect(Linting.summary(files) == [])
  }

  @Test("a materialized view that is distributed, and a trigger on a distributed table, are the two errors of its file")
  func materializedView() {
    let sql =
      Self.events + """
        CREATE MATERIALIZED VIEW bets_view AS
        SELECT
            tenant_id,
            aggregate_id as bet_id,
            (event_data->>'user_id')::BIGINT as user_id,
            (event_data->>'amount')::DECIMAL as amount,
            (event_data->>'status') as status,
            created_at
        FROM bet_events
        WHERE event_type = 'BetPlaced'
        WITH NO DATA;

        SELECT create_distributed_table('bets_view', 'tenant_id');

        -- Trigger for real-time updates
        CREATE OR REPLACE FUNCTION refresh_bets_view()
        RETURNS TRIGGER AS $$
        BEGIN
            REFRESH MATERIALIZED VIEW CONCURRENTLY bets_view;
            RETURN NEW;
        END;
        $$ LANGUAGE plpgsql;

        CREATE TRIGGER trigger_refresh_bets_view
        AFTER INSERT ON bet_events
        FOR EACH STATEMENT
        EXECUTE FUNCTION refresh_bets_view();
        """
    let findings = Linting.run([("V1__add_bet_events.sql", sql)]).findings
    #expect(findings.map(\.rule) == ["cit-undistributable", "cit-trigger"])
    #expect(findings.map(\.level) == [.error, .error])
    #expect(findings[0].message.contains("bets_view is not a regular, foreign or partitioned table"))
  }

  @Test("an index without the tenant is found, one with it is not")
  func indexes() {
    let good = "CREATE INDEX idx_bets_user ON bets(tenant_id, user_id);\n"
    let bad = "CREATE INDEX idx_bets_user ON bets(user_id);\n"
    #expect(Linting.rules(Self.bets + good) == [])
    #expect(Linting.rules(Self.bets + bad) == ["ten-index"])
  }

  @Test("a table that is dropped to be made anew is found where it is dropped")
  func recreation() {
    let payments = """
      CREATE TABLE payments (
          tenant_id BIGINT NOT NULL,
          payment_id BIGSERIAL,
          amount DECIMAL(15,2) NOT NULL,
          PRIMARY KEY (tenant_id, payment_id)
      );
      SELECT create_distributed_table('payments', 'tenant_id');
      """
    let files = [
      (name: "V1__add_payments.sql", text: payments),
      (name: "V7__rollback_payments.sql", text: "DROP TABLE IF EXISTS payments CASCADE;"),
      (name: "V8__recreate_payments_fixed.sql", text: payments),
    ]
    #expect(Linting.summary(files) == ["V7__rollback_payments.sql:1 safe-drop"])
  }

  @Test("a column that is added, filled and required in three files is clean", arguments: [true, false])
  func threeSteps(isKnown: Bool) {
    let table = """
      CREATE TABLE huge_table (tenant_id bigint NOT NULL, id bigint, PRIMARY KEY (tenant_id, id));
      SELECT create_distributed_table('huge_table', 'tenant_id');
      """
    let steps = [
      (name: "V5__add_column_nullable.sql", text: "ALTER TABLE huge_table ADD COLUMN new_col TEXT;"),
      (
        name: "V6__populate_new_column.sql",
        text: "UPDATE huge_table SET new_col = 'default' WHERE new_col IS NULL;"
      ),
      (
        name: "V7__make_column_not_null.sql",
        text: "ALTER TABLE huge_table ALTER COLUMN new_col SET NOT NULL;"
      ),
    ]
    #expect(Linting.summary((isKnown ? [(name: "V1__add_huge_table.sql", text: table)] : []) + steps) == [])
    #expect(Linting.summary([(name: "V1__add_huge_table.sql", text: table), steps[0], steps[2]]).count == 1)
  }

  @Test("a script that waits for workers hears that the controller does")
  func workers() {
    let sql =
      """
      -- Wait for workers
      DO $$
      DECLARE
          worker_count INTEGER;
      BEGIN
          SELECT COUNT(*) INTO worker_count FROM master_get_active_worker_nodes();
          IF worker_count = 0 THEN
              RAISE EXCEPTION 'No Citus workers available';
          END IF;
      END $$;

      -- Now safe to create distributed table

      """ + Self.bets
    let findings = Linting.run([("V1__add_bets.sql", sql)]).findings
    #expect(findings.map(\.rule) == ["cit-workers"])
    #expect(findings.first?.message.contains("the controller does that") == true)
  }

  @Test("its quick fix of a unique key locks the table")
  func hotfix() {
    let files = [
      (
        name: "V1__add_users.sql",
        text: """
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, email text, PRIMARY KEY (tenant_id, user_id),
          CONSTRAINT email_unique UNIQUE (tenant_id, email));
        SELECT create_distributed_table('users', 'tenant_id');
        """
      ),
      (
        name: "V7__hotfix_user_constraint.sql",
        text: """
        ALTER TABLE users DROP CONSTRAINT IF EXISTS email_unique;
        ALTER TABLE users ADD CONSTRAINT email_unique UNIQUE (tenant_id, email);
        """
      ),
    ]
    #expect(Linting.summary(files) == ["V7__hotfix_user_constraint.sql:2 lock-unique"])
  }
}
