import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("Clean", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct CleanTests {
  private static let enabled = MigrationSettings.with { $0.cleanDisabled = false }

  @Test("it is disabled unless asked for")
  func disabled() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE TABLE kept (a int)")
      let error = await #expect(throws: EngineError.self) { try await database.clean(database.request([:])) }
      #expect(error?.code == .refused)
      #expect(error?.flywayErrorCode == "ERROR")
      #expect(try await database.value("SELECT to_regclass('kept') IS NOT NULL") == "t")
    }
  }

  @Test("distributed and reference tables go with their shards, the extension citus and other schemas stay")
  func citus() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE bets (tenant int, id int, x text, PRIMARY KEY (tenant, id));
        SELECT create_distributed_table('bets', 'tenant', shard_count := 4);
        CREATE TABLE statuses (id int PRIMARY KEY);
        SELECT create_reference_table('statuses');
        CREATE INDEX bets_x ON bets (x);
        CREATE TYPE mood AS ENUM ('a', 'b');
        CREATE VIEW v AS SELECT 1 AS one;
        """
      ]
      try await database.run("CREATE SCHEMA other; CREATE TABLE other.kept (a int)")
      try await database.migrate(files, settings: Self.enabled)
      let report = try await database.clean(database.request(files, Self.enabled))
      #expect(report.schemasCleaned == ["public"])
      #expect(report.schemasDropped == [])
      let left = """
        SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        """
      #expect(try await database.lines(left) == [])
      #expect(try await database.lines(left, on: .worker1) == [])
      #expect(try await database.value("SELECT count(*) FROM pg_dist_partition") == "0")
      #expect(try await database.value("SELECT count(*) FROM pg_extension WHERE extname = 'citus'") == "1")
      #expect(
        try await database.value("SELECT to_regtype('mood') IS NULL AND to_regclass('other.kept') IS NOT NULL") == "t")
      #expect(try await database.migrate(files, settings: Self.enabled).applied == 1)
      #expect(try await database.value("SELECT count(*) FROM pg_dist_partition") == "2")
    }
  }

  @Test("every kind of object goes, those of extensions in other hands stay, and names may be anything")
  func kinds() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate([
        "V1__kinds.sql": """
        CREATE TABLE "odd "" name" (id int GENERATED ALWAYS AS IDENTITY, s serial);
        CREATE TABLE parts (a int) PARTITION BY RANGE (a);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (2);
        CREATE MATERIALIZED VIEW mv AS SELECT * FROM parts;
        CREATE VIEW v AS SELECT 1 AS one;
        CREATE TYPE pair AS (a int, b int);
        CREATE TYPE mood AS ENUM ('a');
        CREATE TYPE span AS RANGE (subtype = int);
        CREATE DOMAIN positive AS int CHECK (value > 0);
        CREATE FUNCTION f(pair, VARIADIC int[]) RETURNS mood LANGUAGE sql AS 'SELECT NULL::mood';
        CREATE FUNCTION "F with blank"() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE PROCEDURE p(INOUT x int) LANGUAGE sql AS 'SELECT 1';
        CREATE AGGREGATE agg(int) (sfunc = int4pl, stype = int);
        CREATE AGGREGATE counting(*) (sfunc = int8inc, stype = bigint, initcond = '0');
        CREATE SEQUENCE lone;
        CREATE COLLATION coll FROM "C";
        """
      ])
      _ = try await database.clean(database.request([:], Self.enabled))
      let left = """
        SELECT 'relation ' || relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        UNION ALL SELECT 'type ' || typname FROM pg_type t WHERE typnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype IN ('e', 'i'))
        UNION ALL SELECT 'routine ' || proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL SELECT 'collation ' || collname FROM pg_collation WHERE collnamespace = 'public'::regnamespace
        """
      #expect(try await database.lines(left) == [])
    }
  }

  @Test("schemas that were created for the migrations are dropped, an unknown one is a warning")
  func schemas() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let settings = MigrationSettings.with { ($0.schemas, $0.cleanDisabled) = (["app", "Other \"one\""], false) }
      try await database.migrate(["V1__a.sql": "CREATE TABLE a (id int)"], settings: settings)
      let report = try await database.clean(database.request([:], settings))
      #expect(report.schemasCleaned == [])
      #expect(report.schemasDropped == ["app", "Other \"one\""])
      #expect(
        try await database.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('app', 'Other \"one\"')") == "0")
      let again = try await database.clean(database.request([:], settings))
      #expect(again.schemasCleaned == [] && again.warnings.count == 2)
    }
  }

  @Test("a failure rolls the schema back and is told to its callback")
  func failing() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(
        """
        CREATE SCHEMA cbx; CREATE TABLE cbx.cb (e text); CREATE TABLE kept (a int); CREATE SEQUENCE numbers;
        CREATE TABLE cbx.uses (a int DEFAULT nextval('public.numbers'));
        """)
      let files: Files = ["afterCleanError.sql": "INSERT INTO cbx.cb VALUES ('told')"]
      let error = await #expect(throws: EngineError.self) {
        try await database.clean(database.request(files, Self.enabled))
      }
      #expect(error?.message.contains("public") == true, "\(error?.message ?? "")")
      #expect(try await database.value("SELECT e FROM cbx.cb") == "told")
      #expect(try await database.value("SELECT to_regclass('kept') IS NOT NULL") == "t")
    }
  }
}
