import MigrationLint
import Testing

@Suite("Rules of locks")
struct LockRuleTests {
  @Test(
    "lock-bundle counts what locks tables in use against others",
    arguments: [
      RuleCase("ALTER TABLE users ADD COLUMN a text;\nALTER TABLE bets ADD COLUMN a text;", 2),
      RuleCase("DROP TABLE users;\nTRUNCATE bets;", 2), RuleCase("TRUNCATE users, bets;"),
      RuleCase("CREATE INDEX i ON users (name);\nCREATE INDEX j ON bets (tenant_id, day);", 2),
      RuleCase("ALTER TABLE users VALIDATE CONSTRAINT a;\nALTER TABLE bets VALIDATE CONSTRAINT b;"),
      RuleCase("ALTER TABLE users SET (fillfactor = 70);\nALTER TABLE bets ADD COLUMN a text;"),
      RuleCase("ALTER TABLE users RENAME TO people;\nALTER TABLE people ADD COLUMN a text;"),
      RuleCase("ALTER TABLE users RENAME TO people;\nALTER TABLE users_id_seq RENAME TO people_id_seq;"),
      RuleCase("ALTER TABLE logs_1 ADD COLUMN a text;\nALTER TABLE logs_2 ADD COLUMN a text;"),
      RuleCase("CREATE TABLE t (a int);\nALTER TABLE t ADD COLUMN b int;\nALTER TABLE bets ADD COLUMN a text;"),
      RuleCase(
        "ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT c;", 2),
    ])
  func bundle(wanted: RuleCase) {
    #expect(wanted.found(by: "lock-bundle") == wanted.lines)
  }

  @Test(
    "lock-not-valid finds checks that come with a column, a domain or a partition",
    arguments: [
      RuleCase("ALTER TABLE users ADD COLUMN age int CHECK (age > 0);", 1),
      RuleCase("ALTER TABLE users ADD COLUMN boss bigint REFERENCES users;"),
      RuleCase("ALTER TABLE users ADD COLUMN boss bigint DEFAULT NULL REFERENCES users;"),
      RuleCase("ALTER TABLE users ADD COLUMN boss bigint DEFAULT 1 REFERENCES users;", 1),
      RuleCase("ALTER TABLE bets ADD COLUMN age int CHECK (age > 0);"),
      RuleCase("ALTER TABLE bets ADD COLUMN age int CONSTRAINT c CHECK (age > 0);", 1),
      RuleCase("ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');", 1),
      RuleCase("ALTER DOMAIN email ADD CHECK (VALUE LIKE '%@%') NOT VALID;"),
      RuleCase("CREATE DOMAIN email AS text;\nALTER DOMAIN email ADD CHECK (VALUE LIKE '%@%');"),
      RuleCase("ALTER TABLE logs ATTACH PARTITION users FOR VALUES FROM ('2027-01-01') TO ('2027-02-01');", 1),
      RuleCase(
        "CREATE TABLE n (LIKE logs);\nALTER TABLE logs ATTACH PARTITION n FOR VALUES FROM ('2027-01-01') TO ('2027-02-01');"
      ),
    ])
  func notValid(wanted: RuleCase) {
    #expect(wanted.found(by: "lock-not-valid") == wanted.lines)
  }

  @Test(
    "lock-rewrite knows numbered columns, and leaves to others what is refused",
    arguments: [
      RuleCase("ALTER TABLE users ADD COLUMN n bigserial;", 1),
      RuleCase("ALTER TABLE users ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY;", 1),
      RuleCase("ALTER TABLE bets ADD COLUMN n bigserial;"),
      RuleCase("ALTER TABLE bets ALTER COLUMN tenant_id TYPE integer;"),
      RuleCase("ALTER TABLE users ALTER COLUMN name TYPE varchar(40);"),
    ])
  func rewrite(wanted: RuleCase) {
    #expect(wanted.found(by: "lock-rewrite") == wanted.lines)
  }
}
