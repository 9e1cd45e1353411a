import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite("The history table", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct SchemaHistoryTests {
  @Test("it is created with Flyway's columns, constraint and index")
  func shape() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let summary = try await database.migrate([:])
      #expect(summary.applied == 0)
      #expect(summary.history.tableExists)
      let columns = try await database.lines(
        """
        SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE attrelid = 'public.flyway_schema_history'::regclass AND attnum > 0 ORDER BY attnum
        """)
      #expect(
        columns == [
          "installed_rank|integer|t|", "version|character varying(50)|f|", "description|character varying(200)|t|",
          "type|character varying(20)|t|", "script|character varying(1000)|t|", "checksum|integer|f|",
          "installed_by|character varying(100)|t|", "installed_on|timestamp without time zone|t|now()",
          "execution_time|integer|t|", "success|boolean|t|",
        ])
      let constraints = try await database.lines(
        """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'public.flyway_schema_history'::regclass
        """)
      #expect(constraints == ["flyway_schema_history_pk|PRIMARY KEY (installed_rank)"])
      let indexes = try await database.lines(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'flyway_schema_history' ORDER BY 1")
      #expect(
        indexes == [
          "CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success)",
          "CREATE UNIQUE INDEX flyway_schema_history_pk ON public.flyway_schema_history USING btree (installed_rank)",
        ])
      // A local table: Flyway would find it as it is.
      #expect(try await database.value("SELECT count(*) FROM pg_dist_partition") == "0")
    }
  }

  @Test("names that need quoting are quoted everywhere")
  func quoting() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var settings = MigrationSettings.tests
      settings.schemas = ["Weird \"one\"", "two'"]
      settings.table = "History \\ of 'it'"
      let summary = try await database.migrate(
        ["V1__a.sql": "CREATE TABLE here (a int)", "V2__b.sql": "INSERT INTO here VALUES (1)"], settings: settings)
      #expect(summary.applied == 2)
      let rows = try await database.lines(
        #"""
        SELECT installed_rank, coalesce(version, '-'), type, script, success
        FROM "Weird ""one"""."History \ of 'it'" ORDER BY 1
        """#)
      #expect(
        rows == [
          #"0|-|SCHEMA|"Weird ""one""","two'"|t"#, "1|1|SQL|V1__a.sql|t", "2|2|SQL|V2__b.sql|t",
        ])
      #expect(try await database.value(#"SELECT count(*) FROM "Weird ""one""".here"#) == "1")
    }
  }

  @Test("rows hold what Flyway's hold")
  func rows() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let long = String(repeating: "word_", count: 45) + "end"
      let sql = "CREATE TABLE a (x int);\n"
      try await database.migrate(["V1_2__\(long).sql": sql, "R__view.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS x"])
      let rows = try await database.lines(
        """
        SELECT installed_rank, coalesce(version, '-'), length(description), right(description, 4), type, checksum,
          installed_by, success, execution_time >= 0 AND installed_on > now()::timestamp - interval '1 minute'
        FROM flyway_schema_history ORDER BY 1
        """)
      let checksum = try Checksum.flyway(Array(sql.utf8))
      let view = try Checksum.flyway(Array("CREATE OR REPLACE VIEW v AS SELECT 1 AS x".utf8))
      #expect(rows == ["1|1.2|200|o...|SQL|\(checksum)|postgres|t|t", "2|-|4|view|SQL|\(view)|postgres|t|t"])
    }
  }

  @Test("a schema that is missing is created, recorded once, and only where that is wanted")
  func createSchemas() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var settings = MigrationSettings.tests
      settings.schemas = ["app", "audit"]
      settings.createSchemas = false
      let refused = try await database.failure(["V1__a.sql": "SELECT 1"], settings: settings)
      #expect(refused.code == .schemaMissing)
      #expect(!refused.isTransient)
      #expect(refused.message.contains("createSchemas"))
      settings.createSchemas = true
      try await database.migrate(["V1__a.sql": "CREATE TABLE a (x int)"], settings: settings)
      try await database.migrate(["V1__a.sql": "CREATE TABLE a (x int)"], settings: settings)
      let rows = try await database.lines(
        "SELECT installed_rank, type, description, script FROM app.flyway_schema_history ORDER BY 1")
      #expect(rows == [#"0|SCHEMA|<< Flyway Schema Creation >>|"app","audit""#, "1|SQL|a|V1__a.sql"])
      settings.schemas.append("late")
      try await database.migrate(["V1__a.sql": "CREATE TABLE a (x int)"], settings: settings)
      #expect(
        try await database.value("SELECT script FROM app.flyway_schema_history WHERE installed_rank = 2") == #""late""#)
    }
  }

  @Test("a filled schema without history is refused, or gets a baseline where that is wanted")
  func baseline() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.run("CREATE TABLE old (x int)")
      let files: Files = ["V1__old.sql": "CREATE TABLE old (x int)", "V2__new.sql": "CREATE TABLE new (x int)"]
      let refused = try await database.failure(files)
      #expect(refused.code == .validationFailed)
      #expect(refused.problems.first?.code == .nonEmptySchema)
      #expect(try await database.history() == [])
      var settings = MigrationSettings.tests
      settings.baselineOnMigrate = true
      try await database.migrate(files, settings: settings)
      let rows = try await database.lines(
        """
        SELECT installed_rank, version, description, type, script, checksum, execution_time, success
        FROM flyway_schema_history ORDER BY 1
        """
      ).map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
      #expect(
        rows.first == ["1", "1", "<< Flyway Baseline >>", "BASELINE", "<< Flyway Baseline >>", "", "0", "t"])
      #expect(rows.last?.prefix(5) == ["2", "2", "new", "SQL", "V2__new.sql"])
    }
  }

  @Test(
    "what fills a schema and what does not is as with Flyway",
    arguments: [
      ("CREATE TABLE x (a int)", true), ("CREATE VIEW x AS SELECT 1 AS a", true), ("CREATE SEQUENCE x", true),
      ("CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'", true), ("CREATE TYPE x AS ENUM ('a')", true),
      ("CREATE DOMAIN x AS int", true), ("CREATE MATERIALIZED VIEW x AS SELECT 1 AS a", false),
      ("CREATE SCHEMA x; CREATE TABLE x.y (a int)", false), ("CREATE EXTENSION pg_stat_statements", false),
      ("SELECT 1", false),
    ])
  func emptiness(_ sql: String, isFilled: Bool) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(sql)
      let session = try await database.open()
      let history = try await session.readHistory(.tests)
      await session.close()
      #expect(history.nonEmptySchemas == (isFilled ? ["public"] : []))
    }
  }

  @Test("a history that Flyway has begun is gone on with")
  func continued() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let first = "CREATE TABLE a (x int);"
      for statement in Self.flywayTable {
        try await database.run(statement)
      }
      try await database.run(first)
      try await database.run(
        """
        INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum,
          installed_by, execution_time, success)
        VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', \(try Checksum.flyway(Array(first.utf8))), 'flyway', 7, true)
        """)
      let summary = try await database.migrate(["V1__a.sql": first, "V2__b.sql": "ALTER TABLE a ADD y int"])
      #expect(summary.applied == 1)
      #expect(try await database.history() == ["1|V1__a.sql|t", "2|V2__b.sql|t"])
      let edited = try await database.failure([
        "V1__a.sql": first + " -- edited", "V2__b.sql": "ALTER TABLE a ADD y int",
      ])
      #expect(edited.code == .validationFailed)
    }
  }

  @Test("a table of that name that is not Flyway's is named, not overwritten")
  func foreignTable() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE TABLE public.flyway_schema_history (a int)")
      let error = try await database.failure(["V1__a.sql": "SELECT 1"])
      #expect(error.code == .historyUnreadable)
      #expect(!error.isTransient)
      #expect(error.message.contains(#""public"."flyway_schema_history""#))
    }
  }

  /// flyway-database-postgresql, `PostgreSQLDatabase.getRawCreateScript`.
  private static let flywayTable = [
    """
    CREATE TABLE "public"."flyway_schema_history" ("installed_rank" INT NOT NULL, "version" VARCHAR(50),
      "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
      "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
      "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL)
    """,
    """
    ALTER TABLE "public"."flyway_schema_history"
      ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank")
    """,
    #"CREATE INDEX "flyway_schema_history_s_idx" ON "public"."flyway_schema_history" ("success")"#,
  ]
}
