import MigrationLint
import Testing

@Suite("Rules of scripts")
struct ScriptRuleTests {
  @Test(
    "data-volatile says what Citus says of functions in an UPDATE",
    arguments: [
      RuleCase("UPDATE bets SET note = concat(first, ' ', last) WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET note = first || ' ' || last WHERE tenant_id = 1;"),
      RuleCase("UPDATE bets SET note = lower(first) WHERE tenant_id = 1;"),
      RuleCase("UPDATE bets SET at = now() WHERE tenant_id = 1;"),
      RuleCase("UPDATE bets SET at = coalesce(at, now()) WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET at = CASE WHEN at IS NULL THEN now() ELSE at END WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET note = coalesce(note, '') WHERE tenant_id = 1;"),
      RuleCase("UPDATE bets SET note = to_char(at, 'YYYY') WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET day = at::date WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET at = first::timestamptz WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE bets SET day = '2026-01-01'::date WHERE tenant_id = 1;"),
      RuleCase("UPDATE bets SET note = day::text WHERE tenant_id = 1;", 1),
      RuleCase("UPDATE users SET raw = concat(name, raw) WHERE id = 1;"),
      RuleCase("DELETE FROM bets WHERE tenant_id = 1 AND to_char(at, 'YYYY') = '2020';", 1),
      RuleCase("DELETE FROM bets WHERE tenant_id = 1 AND at < now();"),
      RuleCase("UPDATE sports SET label = concat(code, label) WHERE code = 'a';", 1),
      // A subquery is run by itself.
      RuleCase(
        "UPDATE bets SET note = '' WHERE tenant_id = 1 AND bet_id IN (SELECT id FROM users WHERE random() < 0.5);"),
      RuleCase("UPDATE bets SET note = '' WHERE tenant_id = 1 AND (at IS NULL OR random() < 0.5);", 1),
      RuleCase("INSERT INTO sports VALUES ('a') ON CONFLICT (code) DO UPDATE SET label = '' WHERE random() < 0.5;", 1),
      RuleCase("INSERT INTO sports VALUES ('a') ON CONFLICT (code) DO UPDATE SET label = '' WHERE sports.label > '';"),
    ])
  func volatile(wanted: RuleCase) {
    #expect(wanted.found(by: "data-volatile") == wanted.lines)
  }

  @Test(
    "tx-session finds what stays, and not what goes by itself",
    arguments: [
      RuleCase("SELECT set_config('search_path', '', false);", 1),
      RuleCase("SELECT pg_catalog.set_config('search_path', '', true);"),
      RuleCase("SET search_path = app;\nSELECT 1;\nRESET search_path;"), RuleCase("SET ROLE owner;\nRESET ROLE;"),
      RuleCase("SET work_mem = '1GB';\nRESET ALL;"), RuleCase("SET work_mem = '1GB';\nRESET search_path;", 1),
      RuleCase("CREATE TEMP TABLE t (a int) ON COMMIT DROP;"), RuleCase("CREATE TEMP TABLE t (a int);", 1),
      RuleCase("CREATE TEMP TABLE t (a int);\nDROP TABLE t;"),
      RuleCase("CREATE TEMP TABLE t (a int) ON COMMIT DELETE ROWS;", 1),
      RuleCase("DECLARE c CURSOR FOR SELECT 1;"), RuleCase("DECLARE c CURSOR WITH HOLD FOR SELECT 1;", 1),
      RuleCase("SELECT pg_advisory_xact_lock(1);"), RuleCase("SELECT pg_advisory_lock(1);", 1),
    ])
  func session(wanted: RuleCase) {
    #expect(wanted.found(by: "tx-session") == wanted.lines)
  }

  @Test("tx-session lets a callback prepare the session: that is what it is for")
  func callback() {
    #expect(RuleCase("SET ROLE owner;").found(by: "tx-session", name: "beforeEachMigrate.sql") == [])
    #expect(RuleCase("COMMIT;").found(by: "tx-session", name: "beforeEachMigrate.sql") == [1])
  }

  @Test(
    "safe-drop finds what others miss then, and not what the file has made or makes again",
    arguments: [
      RuleCase("ALTER TABLE users ADD COLUMN a text;\nALTER TABLE users DROP COLUMN a;"),
      RuleCase("ALTER TABLE users DROP COLUMN name;", 1), RuleCase("DROP VIEW v;", 1),
      RuleCase("DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT 1 AS one;"),
      RuleCase("DROP MATERIALIZED VIEW IF EXISTS v;\nCREATE MATERIALIZED VIEW v AS SELECT 1 AS one;"),
      RuleCase("DROP FUNCTION f(int);", 1),
      RuleCase("DROP FUNCTION f(int);\nCREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"),
      RuleCase("DROP TABLE users;\nCREATE TABLE users (id bigint);", 1),
      RuleCase("DROP PROCEDURE p;", 1), RuleCase("DROP DOMAIN d;", 1), RuleCase("DROP TRIGGER t ON users;"),
      RuleCase("CALL drop_old_time_partitions('logs', now() - interval '1 year');", 1),
      RuleCase("ALTER TABLE users ALTER COLUMN enabled DROP DEFAULT;", 1),
      RuleCase("ALTER TABLE users ALTER COLUMN name DROP DEFAULT;"),
      RuleCase(
        "ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 0;\nALTER TABLE users ALTER COLUMN a DROP DEFAULT;", 2),
    ])
  func drop(wanted: RuleCase) {
    #expect(wanted.found(by: "safe-drop") == wanted.lines)
  }

  @Test(
    "safe-rename finds parts of types and views, and leaves sequences alone",
    arguments: [
      RuleCase("ALTER TYPE mood RENAME VALUE 'sad' TO 'low';", 1), RuleCase("ALTER VIEW v RENAME COLUMN a TO b;", 1),
      RuleCase("ALTER TYPE address RENAME ATTRIBUTE a TO b;", 1), RuleCase("ALTER INDEX i RENAME TO j;"),
      RuleCase("ALTER TABLE users_id_seq RENAME TO people_id_seq;"), RuleCase("ALTER TABLE tickets RENAME TO t;"),
      RuleCase("ALTER TABLE users RENAME TO people;", 1),
      RuleCase("ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id bigint);"),
      RuleCase("CREATE TYPE mood AS ENUM ('sad');\nALTER TYPE mood RENAME VALUE 'sad' TO 'low';"),
    ])
  func rename(wanted: RuleCase) {
    #expect(wanted.found(by: "safe-rename") == wanted.lines)
  }

  @Test(
    "tx-alone finds a new value of an enum that is used before it is committed",
    arguments: [
      RuleCase("ALTER TYPE mood ADD VALUE 'ok';\nUPDATE users SET raw = 'ok' WHERE id = 1;", 2),
      RuleCase("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' AFTER 'sad';\nINSERT INTO users VALUES (1, 'ok');", 2),
      RuleCase("ALTER TYPE mood ADD VALUE 'ok';\nCOMMENT ON TYPE mood IS 'ok';"),
      RuleCase("CREATE TYPE mood AS ENUM ('a');\nALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO users VALUES (1, 'ok');"),
      RuleCase("ALTER TYPE mood ADD VALUE 'ok';\nUPDATE users SET raw = 'sad' WHERE id = 1;"),
      RuleCase("COMMIT;\nCREATE INDEX CONCURRENTLY i ON users (name);\nBEGIN;"),
    ])
  func alone(wanted: RuleCase) {
    #expect(wanted.found(by: "tx-alone") == wanted.lines)
  }

  @Test(
    "idem-exists lets a script drop what it makes again",
    arguments: [
      RuleCase("DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT 1 AS one;"),
      RuleCase("CREATE VIEW v AS SELECT 1 AS one;", 1),
      RuleCase("DROP VIEW IF EXISTS w;\nCREATE VIEW v AS SELECT 1 AS one;", 2),
      RuleCase("DROP FUNCTION IF EXISTS f;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"),
    ])
  func repeatable(wanted: RuleCase) {
    #expect(wanted.found(by: "idem-exists", name: "R__views.sql") == wanted.lines)
  }

  @Test(
    "parse-broken finds a column that is set twice",
    arguments: [
      RuleCase("UPDATE users SET name = 'a', name = 'b' WHERE id = 1;", 1),
      RuleCase("UPDATE users SET name = 'a', raw = 'b' WHERE id = 1;"),
      RuleCase("UPDATE users SET list[1] = 'a', list[2] = 'b' WHERE id = 1;"),
      RuleCase("UPDATE users SET at.x = 1, at.y = 2 WHERE id = 1;"),
      RuleCase("UPDATE users SET (name, raw) = ('a', 'b'), name = 'c' WHERE id = 1;", 1),
      RuleCase("INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET raw = 'a', raw = 'b';", 1),
    ])
  func twice(wanted: RuleCase) {
    #expect(wanted.found(by: "parse-broken") == wanted.lines)
  }

  @Test(
    "style-types finds keys that run out, unless they are said to be refused",
    arguments: [
      RuleCase("CREATE TABLE t (id serial PRIMARY KEY);", 1),
      RuleCase("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);", 1),
      RuleCase("CREATE TABLE t (id bigserial PRIMARY KEY, size integer);"),
      RuleCase("CREATE TABLE t (tenant_id bigint, id serial);\nSELECT create_distributed_table('t', 'tenant_id');"),
    ])
  func types(wanted: RuleCase) {
    #expect(wanted.found(by: "style-types") == wanted.lines)
  }

  @Test("style-names finds names that PostgreSQL cuts")
  func names() {
    let long = String(repeating: "n", count: 64)
    for sql in [
      "CREATE TABLE \(long) (a int);", "CREATE TABLE t (\(long) int);", "CREATE INDEX \(long) ON t (a);",
      "ALTER TABLE users ADD CONSTRAINT \(long) CHECK (id > 0) NOT VALID;", "CREATE VIEW \(long) AS SELECT 1;",
      "ALTER TABLE users RENAME TO \(long);",
    ] {
      #expect(RuleCase(sql).found(by: "style-names") == [1], "\(sql)")
    }
    #expect(RuleCase("CREATE TABLE \(long.dropLast()) (a int);").found(by: "style-names") == [])
  }
}
