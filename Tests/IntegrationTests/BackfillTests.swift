import TestSupport
import Testing

@Suite("A backfill that the controller runs", .statesCitus, .onRealParts)
struct BackfillTests {
  private static let files = [
    "V1__t.sql": """
    CREATE TABLE t (tenant int, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id));
    SELECT create_distributed_table('t', 'tenant', shard_count := 4);
    """, "V2__rows.sql": "INSERT INTO t SELECT g % 3, g FROM generate_series(1, 300) g;",
    "V3__fill.sql": """
    -- whimbrel: backfill table=t set="n = n + 1, done = true" where="NOT done" batch=10 pause=300ms
    """, "V4__after.sql": "CREATE TABLE after (id int);",
  ]

  @Test("shows its rows, ends with the controller after a batch, and goes on under the next one, each row once")
  func stopped() async throws {
    try await World.with { world in
      try await world.applyFiles(Self.files)
      let ending = try await world.runController { controller in
        try await world.applyMigration()
        _ = try await world.wait(for: "rows are shown") { resource in
          resource.status?.lastRun?.steps?.contains { ($0.backfill?.rowsDone ?? 0) > 0 } == true
        }
        try controller.terminate()
        try await controller.waitForEnd()
      }
      #expect(ending == .exited(0))
      let rows = try await world.database.value("SELECT sum(n) FROM t").flatMap { Int($0) } ?? 0
      #expect((1..<300).contains(rows))
      #expect(try await !world.exists("after"))

      _ = try await world.runController { _ in
        let steps = try await world.waitUntilReady().status?.lastRun?.steps
        #expect(steps?.map(\.script) == ["V3__fill.sql", "V4__after.sql"])
        #expect(steps?.first?.backfill?.rowsDone == 300 - rows && steps?.first?.backfill?.position == "done")
      }
      #expect(try await world.database.value("SELECT count(*) = 300 AND sum(n) = 300 AND max(n) = 1 FROM t") == "t")
    }
  }

  @Test("with a directive that cannot be followed nothing of the set is applied")
  func refused() async throws {
    try await World.withController { world, _ in
      try await world.applyFiles([
        "V1__t.sql": "CREATE TABLE t (id int);", "V2__b.sql": "-- whimbrel: backfill table=t",
      ])
      try await world.applyMigration()
      let resource = try await world.wait(for: "it is refused") {
        $0.ready?.message.contains("set= is missing") == true
      }
      #expect(resource.ready?.message.contains("V2__b.sql") == true)
      #expect(try await !world.exists("t"))
    }
  }
}
