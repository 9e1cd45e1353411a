import MigrationLint
import Testing

@Suite("Rules of Citus")
struct CitusRuleTests {
  @Test(
    "cit-lock says where a limit is missing on the workers, or switched off",
    arguments: [
      RuleCase("SET SESSION lock_timeout TO '5s';", 1), RuleCase("SET LOCAL lock_timeout = '5s';"),
      RuleCase("SELECT set_config('lock_timeout', '5s', false);", 1),
      RuleCase("SELECT set_config('lock_timeout', '5s', true);"),
      RuleCase("SET LOCAL lock_timeout = 0;", 1), RuleCase("SET lock_timeout = '0ms';", 1),
      RuleCase("RESET lock_timeout;"),
    ])
  func lock(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-lock") == wanted.lines)
  }

  @Test("cit-lock does not offer LOCAL for a limit that is none")
  func noLimit() {
    let findings = Linting.run([("V1__add_example.sql", "SET lock_timeout = 0;")]).findings
    #expect(findings.first { $0.rule == "cit-lock" }?.edits == [])
  }

  @Test(
    "cit-lock asks for a limit before all that locks tables in use, where the runner sets none",
    arguments: [
      RuleCase("ALTER TABLE bets ADD COLUMN a text;", 1), RuleCase("DROP TABLE bets;", 1),
      RuleCase("TRUNCATE sports;", 1),
      RuleCase("CREATE INDEX i ON bets (tenant_id, day);", 1), RuleCase("ALTER TABLE users ADD COLUMN a text;"),
      RuleCase("CREATE INDEX CONCURRENTLY i ON bets (tenant_id, day);"),
      RuleCase(
        "SET LOCAL citus.propagate_set_commands = 'local';\nSET LOCAL lock_timeout = '5s';\nTRUNCATE bets;"),
    ])
  func unlimited(wanted: RuleCase) {
    var settings = LintSettings()
    settings.runner = .flyway
    #expect(wanted.found(by: "cit-lock", settings: settings) == wanted.lines)
  }

  @Test(
    "cit-serial knows every way to a sequence",
    arguments: [
      RuleCase(
        """
        CREATE SEQUENCE tips_id_seq;
        CREATE TABLE tips (tenant_id bigint NOT NULL, id integer NOT NULL, PRIMARY KEY (tenant_id, id));
        ALTER TABLE tips ALTER COLUMN id SET DEFAULT nextval('tips_id_seq'::regclass);
        SELECT create_distributed_table('tips', 'tenant_id');
        """, 4),
      RuleCase(
        """
        CREATE TABLE tips (tenant_id bigint NOT NULL, id integer NOT NULL, PRIMARY KEY (tenant_id, id));
        ALTER TABLE tips ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
        SELECT create_distributed_table('tips', 'tenant_id');
        """, 3),
      RuleCase("CREATE TABLE tips (id serial PRIMARY KEY);\nSELECT create_reference_table('tips');", 2),
      RuleCase(
        """
        CREATE TABLE tips (id integer DEFAULT nextval('tickets') PRIMARY KEY);
        ALTER TABLE tips ALTER COLUMN id DROP DEFAULT;
        SELECT create_reference_table('tips');
        """),
      RuleCase(
        "ALTER TABLE bets ADD COLUMN n integer;\nALTER TABLE bets ALTER COLUMN n SET DEFAULT nextval('tickets');", 2),
      RuleCase("ALTER TABLE bets ALTER COLUMN account_id SET DEFAULT nextval('tickets');"),
      RuleCase(
        "CREATE TABLE tips (tenant_id bigint, id bigserial);\nSELECT create_distributed_table('tips', 'tenant_id');"),
    ])
  func serial(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-serial") == wanted.lines)
  }

  @Test(
    "cit-key-mutation lets a row keep its tenant",
    arguments: [
      RuleCase("UPDATE bets SET tenant_id = 2 WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET tenant_id = tenant_id WHERE bet_id = 1;"),
      RuleCase("UPDATE bets SET tenant_id = bets.tenant_id WHERE bet_id = 1;"),
      RuleCase("UPDATE bets SET tenant_id = 1, note = '' WHERE tenant_id = 1 AND bet_id = 2;"),
      RuleCase("UPDATE bets SET tenant_id = a.tenant_id FROM accounts a WHERE bets.tenant_id = a.tenant_id;"),
      RuleCase("UPDATE bets SET tenant_id = a.tenant_id FROM accounts a WHERE a.tenant_id = bets.tenant_id;"),
      RuleCase("UPDATE bets SET tenant_id = 1 WHERE tenant_id = 1 AND (bet_id = 2 OR bet_id = 3);"),
      RuleCase("UPDATE bets SET tenant_id = 1 WHERE tenant_id = 1 OR bet_id = 3;", 1),
      RuleCase(
        "INSERT INTO bets (tenant_id) VALUES (1) ON CONFLICT (tenant_id, bet_id) DO UPDATE SET tenant_id = EXCLUDED.tenant_id;"
      ),
      RuleCase(
        "INSERT INTO bets (tenant_id) VALUES (1) ON CONFLICT (tenant_id, bet_id) DO UPDATE SET tenant_id = 7;", 1),
      RuleCase("UPDATE bets SET tenant_id = a.account_id FROM accounts a WHERE bets.tenant_id = a.tenant_id;", 1),
    ])
  func keyMutation(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-key-mutation") == wanted.lines)
  }

  @Test(
    "cit-fk knows actions that would change the tenant, and defaults from a sequence",
    arguments: [
      RuleCase("ALTER TABLE bets ADD FOREIGN KEY (first) REFERENCES sports ON DELETE SET NULL;"),
      RuleCase(
        "CREATE TABLE t (tenant_id text);\nSELECT create_distributed_table('t', 'tenant_id');\n"
          + "ALTER TABLE t ADD FOREIGN KEY (tenant_id) REFERENCES sports ON DELETE SET NULL;", 3),
      RuleCase(
        "CREATE TABLE t (tenant_id text);\nSELECT create_distributed_table('t', 'tenant_id');\n"
          + "ALTER TABLE t ADD FOREIGN KEY (tenant_id) REFERENCES sports ON DELETE CASCADE;"),
      RuleCase(
        "ALTER TABLE bets ADD FOREIGN KEY (tenant_id, bet_id) REFERENCES accounts ON DELETE SET DEFAULT (bet_id);", 1),
      RuleCase(
        "ALTER TABLE bets ADD FOREIGN KEY (tenant_id, account_id) REFERENCES accounts ON DELETE SET DEFAULT (account_id);"
      ),
      RuleCase(
        "ALTER TABLE bets ADD FOREIGN KEY (tenant_id, account_id) REFERENCES accounts ON DELETE SET NULL (tenant_id);",
        1),
      RuleCase("ALTER TABLE bets ADD FOREIGN KEY (tenant_id, account_id) REFERENCES accounts ON UPDATE CASCADE;", 1),
      RuleCase(
        tips("bigint", ", colocate_with => 'none'")
          + "\nALTER TABLE tips ADD FOREIGN KEY (tenant_id, id) REFERENCES accounts;", 3),
      RuleCase(
        tips("bigint", ", colocate_with => 'accounts'")
          + "\nALTER TABLE tips ADD FOREIGN KEY (tenant_id, id) REFERENCES accounts;"),
      RuleCase(
        """
        CREATE TABLE a (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id));
        SELECT create_distributed_table('a', 'tenant_id', colocate_with => 'none');
        CREATE TABLE b (tenant_id bigint, id bigint, FOREIGN KEY (tenant_id, id) REFERENCES a);
        SELECT create_distributed_table('b', 'tenant_id', colocate_with => 'a');
        CREATE TABLE c (tenant_id bigint, id bigint, FOREIGN KEY (tenant_id, id) REFERENCES a);
        SELECT create_distributed_table('c', 'tenant_id', colocate_with => 'b');
        CREATE TABLE d (tenant_id bigint, id bigint, FOREIGN KEY (tenant_id, id) REFERENCES a);
        SELECT create_distributed_table('d', 'tenant_id');
        """, 7),
      RuleCase(
        """
        CREATE TABLE a (tenant_id bigint, id date, PRIMARY KEY (tenant_id, id)) PARTITION BY RANGE (id);
        CREATE TABLE a_1 PARTITION OF a DEFAULT;
        SELECT create_distributed_table('a', 'tenant_id', colocate_with => 'none');
        CREATE TABLE b (tenant_id bigint, id date, FOREIGN KEY (tenant_id, id) REFERENCES a_1);
        SELECT create_distributed_table('b', 'tenant_id', colocate_with => 'a');
        """),
    ])
  func foreignKey(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-fk") == wanted.lines)
  }

  @Test(
    "cit-trigger and cit-undistributable know what else Citus refuses",
    arguments: [
      ("cit-trigger", RuleCase("DROP TRIGGER t ON bets;", 1)), ("cit-trigger", RuleCase("DROP TRIGGER t ON users;")),
      (
        "cit-undistributable",
        RuleCase(
          "CREATE TABLE p (a int);\nCREATE TABLE c () INHERITS (p);\nSELECT create_distributed_table('p', 'a');", 3)
      ),
      (
        "cit-undistributable",
        RuleCase(
          "SET LOCAL citus.enable_schema_based_sharding = on;\nCREATE SCHEMA s;\nCREATE TABLE s.t (a int);\n"
            + "SELECT create_reference_table('s.t');", 4)
      ),
      (
        "cit-undistributable",
        RuleCase(
          "CREATE SCHEMA s;\nSELECT citus_schema_distribute('s');\nCREATE TABLE s.t (a int);\n"
            + "SELECT citus_schema_undistribute('s');\nSELECT create_reference_table('s.t');")
      ),
      (
        "cit-undistributable",
        RuleCase("CREATE SCHEMA s;\nCREATE TABLE s.t (a int);\nSELECT create_reference_table('s.t');")
      ),
    ])
  func refused(rule: String, wanted: RuleCase) {
    #expect(wanted.found(by: rule) == wanted.lines)
  }

  private static func tips(_ type: String, _ call: String) -> String {
    "CREATE TABLE tips (tenant_id \(type) NOT NULL, id bigint);\nSELECT create_distributed_table('tips', 'tenant_id'\(call));"
  }

  @Test(
    "cit-colocate compares types, numbers of shards, and what the call names",
    arguments: [
      RuleCase(tips("bigint", "")), RuleCase(tips("int8", "")), RuleCase(tips("integer", ""), 2),
      RuleCase(tips("bigint", ", shard_count => 64"), 2), RuleCase(tips("bigint", ", shard_count => 32")),
      RuleCase("SET LOCAL citus.shard_count = 8;\n" + tips("bigint", ""), 3),
      RuleCase("SET LOCAL citus.shard_count = 8;\n" + tips("bigint", ", colocate_with => 'bets'")),
      RuleCase(tips("bigint", ", colocate_with => 'none'"), 2),
      RuleCase(tips("bigint", ", colocate_with => 'public.bets'")),
      RuleCase(tips("integer", ", colocate_with => 'public.bets'"), 2),
      RuleCase(tips("bigint", ", colocate_with => 'sports'"), 2),
      RuleCase(tips("bigint", ", colocate_with => 'users'"), 2),
      RuleCase(tips("bigint", ", colocate_with => 'not_ours'")),
      RuleCase(tips("bigint", ", 'hash', 'bets'")),
    ])
  func colocate(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-colocate") == wanted.lines)
  }

  @Test(
    "cit-nonempty finds rows that were written before",
    arguments: [
      RuleCase("SELECT create_reference_table('users');", 1),
      RuleCase("CREATE TABLE t (a int);\nSELECT create_reference_table('t');\nINSERT INTO t VALUES (1);"),
      RuleCase("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nSELECT create_reference_table('t');", 3),
      RuleCase("CREATE TABLE t AS SELECT 1 AS a;\nSELECT create_reference_table('t');", 2),
      RuleCase("CREATE TABLE IF NOT EXISTS t (a int);\nSELECT create_reference_table('t');"),
      RuleCase("SELECT create_distributed_table_concurrently('users', 'id');"),
    ])
  func nonEmpty(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-nonempty") == wanted.lines)
  }

  @Test(
    "cit-alter refuses what Citus refuses, and nothing else",
    arguments: [
      RuleCase("ALTER TABLE bets SET UNLOGGED;"), RuleCase("ALTER TABLE bets SET LOGGED;"),
      RuleCase("ALTER TABLE bets SET (fillfactor = 70);"), RuleCase("ALTER TABLE bets RESET (fillfactor);"),
      RuleCase("ALTER TABLE bets ALTER COLUMN day SET COMPRESSION lz4;"),
      RuleCase("ALTER TABLE bets REPLICA IDENTITY FULL;"),
      RuleCase("ALTER TABLE bets ALTER COLUMN day SET (n_distinct = 5);", 1),
      RuleCase("ALTER TABLE bets ALTER COLUMN day RESET (n_distinct);", 1),
      RuleCase("ALTER TABLE bets ALTER COLUMN note SET STORAGE EXTERNAL;", 1),
      RuleCase("ALTER TABLE bets SET TABLESPACE fast;", 1), RuleCase("ALTER TABLE bets ENABLE RULE r;", 1),
      RuleCase("ALTER TABLE bets DISABLE RULE r;", 1), RuleCase("ALTER TABLE bets SET ACCESS METHOD columnar;"),
      RuleCase("ALTER SEQUENCE bets_bet_id_seq RESTART WITH 100;", 1), RuleCase("ALTER SEQUENCE tickets RESTART;"),
      RuleCase("ALTER TABLE users ALTER COLUMN name SET STATISTICS 5;"),
      // Constraints that come with a column: Citus names them itself, unless there is a CHECK or another change.
      RuleCase("ALTER TABLE bets ADD COLUMN a int CHECK (a > 0);", 1),
      RuleCase("ALTER TABLE bets ADD COLUMN a int CONSTRAINT c CHECK (a > 0);"),
      RuleCase("ALTER TABLE bets ADD COLUMN sport text REFERENCES sports (code);"),
      RuleCase("ALTER TABLE bets ADD COLUMN sport text REFERENCES sports (code), ADD COLUMN a int;", 1),
      RuleCase("ALTER TABLE bets ADD COLUMN sport text CONSTRAINT c REFERENCES sports (code), ADD COLUMN a int;", 1),
      RuleCase("ALTER TABLE bets ADD COLUMN a int CONSTRAINT c CHECK (a > 0), ADD COLUMN b int;"),
      RuleCase("ALTER TABLE bets ALTER account_id SET DEFAULT nextval('tickets'), ALTER note DROP DEFAULT;", 1),
      RuleCase("ALTER TABLE bets ALTER account_id SET DEFAULT nextval('tickets');"),
      RuleCase("CREATE POLICY p ON bets FOR SELECT USING (account_id = 1);"),
      RuleCase("CREATE POLICY p ON bets FOR SELECT USING (account_id IN (SELECT id FROM users));", 1),
    ])
  func alter(wanted: RuleCase) {
    #expect(wanted.found(by: "cit-alter") == wanted.lines)
  }
}
