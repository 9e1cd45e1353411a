import MigrationCore
import MigrationEngine
import Postgres
import TestSupport

/// A database with one of everything, as migrations leave it.
enum DriftDatabase {
  static let files: Files = [
    "V1__tables.sql": """
    CREATE SCHEMA betting;
    CREATE TYPE mood AS ENUM ('calm', 'wild');
    CREATE TYPE pair AS (a integer, b text);
    CREATE DOMAIN amount AS numeric(10, 2) CHECK (VALUE >= 0);
    CREATE SEQUENCE tickets START 100;
    CREATE TABLE bets (
      tenant_id bigint NOT NULL, bet_id bigint NOT NULL, note text DEFAULT 'none', placed_at timestamptz DEFAULT now(),
      status varchar(10) CHECK (status IN ('open', 'won', 'lost')), stake numeric(10, 2),
      doubled numeric GENERATED ALWAYS AS (stake * 2) STORED, PRIMARY KEY (tenant_id, bet_id));
    SELECT create_distributed_table('bets', 'tenant_id', shard_count := 4);
    CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
    SELECT create_reference_table('countries');
    CREATE TABLE settled (tenant_id bigint, bet_id bigint, country text, PRIMARY KEY (tenant_id, bet_id));
    SELECT create_distributed_table('settled', 'tenant_id', colocate_with := 'bets');
    ALTER TABLE settled ADD CONSTRAINT settled_country_fkey FOREIGN KEY (country) REFERENCES countries (code);
    ALTER TABLE settled ADD CONSTRAINT settled_bet_fkey FOREIGN KEY (tenant_id, bet_id)
      REFERENCES bets (tenant_id, bet_id);
    CREATE TABLE spare (tenant_id bigint PRIMARY KEY);
    SELECT create_distributed_table('spare', 'tenant_id', colocate_with := 'bets');
    CREATE INDEX bets_placed ON bets (tenant_id, placed_at);
    CREATE INDEX bets_open ON bets (lower(note)) WHERE status = 'open';
    ALTER TABLE bets ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON bets USING (tenant_id = 1 OR note IN ('a', 'b'));
    ALTER TABLE bets ADD CONSTRAINT stake_is_sane CHECK (stake IS NULL OR stake BETWEEN 0 AND 1000000);
    CREATE INDEX an_index_with_quite_a_long_name_that_has_to_be_cut_on_its_shards ON bets (tenant_id, stake);
    """,
    "V2__local.sql": """
    CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text COLLATE "C", owner text,
      title text);
    CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE VIEW near AS SELECT code, name FROM countries WHERE name <> 'far';
    CREATE MATERIALIZED VIEW note_count AS SELECT count(*) FROM notes;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE PROCEDURE tidy() LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE TRIGGER touched BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE POLICY own ON notes USING (owner = current_user);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    """,
  ]

  /// Makes the database.
  static func make(_ database: CitusDatabase) async throws { try await database.migrate(files) }
}

extension CitusDatabase {
  func fingerprint(_ settings: MigrationSettings = .tests) async throws -> DriftFingerprint {
    try await withSession { try await $0.fingerprint(settings) }
  }

  func compareShards(_ settings: MigrationSettings = .tests) async throws -> ShardFindings {
    try await withSession { try await $0.compareShards(settings) }
  }

  /// What differs from a fingerprint, on the coordinator, as lines.
  func drift(from before: DriftFingerprint) async throws -> [String] {
    DriftFingerprint.differences(expected: before, actual: try await fingerprint()).map(\.text)
  }
}
