import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("The stored baseline", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct BaselineStoreTests {
  private static let files: Files = ["V1__a.sql": "CREATE TABLE a (id int, note text DEFAULT 'it''s \\ one')"]

  @Test("reads as it was stored, leaves the history alone, and Flyway's validation with it")
  func stored() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(Self.files)
      let request = database.request(Self.files)
      let (current, text) = try await database.withSession { try await $0.storeBaseline(request) }
      let read = try await database.withSession { try await $0.storedBaseline(.tests) }
      #expect(read == text && text == current.text)
      #expect(DriftFingerprint(text: text) == current)
      // Storing it changes nothing that is compared.
      #expect(try await database.fingerprint() == current)
      #expect(try await database.validate(request).isSuccessful)
      #expect(try await database.isLockFree())
      let tables = try await database.lines("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200")
      #expect(Set(tables) == ["a", "flyway_schema_history"])
    }
  }

  @Test("is refused beside somebody else's comment, and where the key is missing")
  func refused() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(Self.files)
      let request = database.request(Self.files)
      try await database.run("COMMENT ON CONSTRAINT flyway_schema_history_pk ON flyway_schema_history IS 'ours'")
      await #expect(throws: EngineError.self) { try await database.withSession { try await $0.storeBaseline(request) } }
      #expect(try await database.withSession { try await $0.storedBaseline(.tests) } == nil)
      try await database.run("ALTER TABLE flyway_schema_history DROP CONSTRAINT flyway_schema_history_pk")
      let error = await #expect(throws: EngineError.self) {
        try await database.withSession { try await $0.storeBaseline(request) }
      }
      #expect(error?.code == .refused && error?.message.contains("no primary key") == true)
      #expect(try await database.isLockFree())
    }
  }

  @Test("is not stored while somebody migrates")
  func locked() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(Self.files)
      let other = try await database.connect()
      _ = try await other.execute(
        "SELECT pg_advisory_lock(\(HistoryLockKey.key(schema: "public", table: "flyway_schema_history")))")
      let request = database.request(Self.files)
      let error = await #expect(throws: EngineError.self) {
        try await database.withSession { try await $0.storeBaseline(request) }
      }
      #expect(error?.code == .databaseLocked)
      await other.close()
    }
  }

  @Test("ten thousand objects take little time and room")
  func large() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(Self.files)
      try await database.run(
        """
        DO $$ BEGIN FOR n IN 1..1000 LOOP
          EXECUTE format('CREATE TABLE many_%s (id bigint PRIMARY KEY, a text, b text, c date DEFAULT now(), d int, e int,
            f numeric(10, 2), CHECK (d > 0))', n);
          EXECUTE format('CREATE INDEX many_%s_a ON many_%s (a)', n, n);
        END LOOP; END $$
        """)
      let request = database.request(Self.files)
      let start = ContinuousClock.now
      let (current, text) = try await database.withSession { try await $0.storeBaseline(request) }
      let stored = ContinuousClock.now - start
      #expect(current.objects.count > 10_000)
      let again = ContinuousClock.now
      let (read, found) = try await database.withSession {
        (try await $0.storedBaseline(.tests), try await $0.fingerprint(.tests))
      }
      let expected = try #require(read.flatMap { DriftFingerprint(text: $0) })
      let differences = DriftFingerprint.differences(expected: expected, actual: found)
      #expect(differences.isEmpty)
      print(
        "\(current.objects.count) objects: \(text.utf8.count) bytes, \(stored) to store, \(.now - again) to compare")
      #expect(text.utf8.count < 4 << 20 && ContinuousClock.now - start < .seconds(120))
    }
  }
}
