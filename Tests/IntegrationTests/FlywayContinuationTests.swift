import Postgres
import TestSupport
import Testing

@Suite("A database that Flyway has managed", .statesCitus, .onRealParts)
struct FlywayContinuationTests {
  // As Flyway 11 makes it (PostgreSQLDatabase.java, getRawCreateScript).
  private static let table = """
    CREATE TABLE "public"."flyway_schema_history" (
        "installed_rank" INT NOT NULL,
        "version" VARCHAR(50),
        "description" VARCHAR(200) NOT NULL,
        "type" VARCHAR(20) NOT NULL,
        "script" VARCHAR(1000) NOT NULL,
        "checksum" INTEGER,
        "installed_by" VARCHAR(100) NOT NULL,
        "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
        "execution_time" INTEGER NOT NULL,
        "success" BOOLEAN NOT NULL
    );
    ALTER TABLE "public"."flyway_schema_history" ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank");
    CREATE INDEX "flyway_schema_history_s_idx" ON "public"."flyway_schema_history" ("success");
    """

  @Test("goes on without a step: its rows stay as they are, and only what is missing is applied")
  func goesOn() async throws {
    try await World.withController { world, _ in
      let files = try Example.files()
      let order = Example.order(files)
      let done = Array(order.prefix(4))
      try await world.database.run(Self.table)
      for (row, name) in zip(FlywayRow.expected(done, files, user: "flyway"), done) {
        try await world.database.run(files[name] ?? "")
        let fields = row.split(separator: "|", omittingEmptySubsequences: false)
        try await world.database.run(
          """
          INSERT INTO flyway_schema_history
          (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success)
          VALUES (\(fields[0]), '\(fields[1])', '\(fields[2])', 'SQL', '\(name)', \(fields[5]), 'flyway',
            '2025-11-20 12:00:00', 17, true)
          """)
      }
      let whole = "SELECT * FROM flyway_schema_history WHERE installed_rank <= 4 ORDER BY installed_rank"
      let before = try await world.database.lines(whole)

      try await world.applyFiles(files)
      try await world.applyMigration()
      let ready = try await world.waitUntilReady(timeout: 120)
      #expect(ready.status?.lastRun?.steps?.map(\.script) == Array(order.dropFirst(4)))
      #expect(try await world.database.lines(whole) == before)
      let user = world.database.parameters().user
      let rest = FlywayRow.expected(order, files, user: user).dropFirst(4)
      #expect(Array(try await world.database.lines(FlywayRow.query).dropFirst(4)) == Array(rest))
    }
  }
}
