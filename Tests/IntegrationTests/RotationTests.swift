import TestSupport
import Testing

@Suite("A Secret that is rotated", .statesCitus, .onRealParts)
struct RotationTests {
  private static let pid = "CREATE TABLE IF NOT EXISTS pids (pid int);\nINSERT INTO pids VALUES (pg_backend_pid());"

  /// Runs `body` with a role whose password is `one`, as the Secret says.
  private static func with(
    _ body: @Sendable (World, _ rotate: @Sendable (String) async throws -> Void) async throws -> Void
  ) async throws {
    try await World.with(workers: 0) { world in
      let role = "rotated_\(world.database.name)"
      // The Secret changes after the role, as a tool that rotates does it.
      let rotate = { @Sendable (password: String) in
        try await world.database.run("ALTER ROLE \(role) PASSWORD '\(password)'")
        var credentials = world.credentials
        (credentials["username"], credentials["password"]) = (role, password)
        try await world.kubectl.apply(SecretManifest("credentials", credentials))
      }
      try await world.database.run("CREATE ROLE \(role) SUPERUSER LOGIN")
      do {
        try await rotate("one")
        try await body(world, rotate)
      } catch {
        _ = try? await world.database.run("ALTER ROLE \(role) NOLOGIN")
        throw error
      }
      try await world.database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
  }

  @Test("counts for the next run without a restart, over a connection of its own")
  func nextRun() async throws {
    try await Self.with { world, rotate in
      _ = try await world.runController { _ in
        var files = ["V1__one.sql": Self.pid]
        try await world.applyFiles(files)
        try await world.applyMigration { $0.more = ["retryInterval: 1h"] }
        try await world.waitUntilReady()
        let sessions = """
          SELECT count(*) = 0 FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'whimbrel/%'
          """
        try await world.database.wait(until: sessions)

        try await rotate("two")
        files["V2__two.sql"] = Self.pid
        try await world.applyFiles(files)
        try await world.wait(for: "the next run") { $0.status?.currentVersion == "2" && $0.ready?.status == "True" }
        #expect(try await world.database.value("SELECT count(DISTINCT pid) FROM pids") == "2")
      }
    }
  }

  @Test("is noticed at once by a resource that the old one has stalled")
  func stalled() async throws {
    try await Self.with { world, rotate in
      _ = try await world.runController { _ in
        try await world.applyFiles(["V1__one.sql": Self.pid])
        let role = "rotated_\(world.database.name)"
        try await world.database.run("ALTER ROLE \(role) PASSWORD 'changed by somebody'")
        try await world.applyMigration { $0.more = ["retryInterval: 1h"] }
        try await world.wait(forReason: "AuthenticationFailed")
        try await rotate("two")
        try await world.waitUntilReady()
      }
    }
  }

  @Test("in the middle of a run lets that run end over its connection")
  func midRun() async throws {
    try await Self.with { world, rotate in
      let gate = Gate(world.database)
      try await gate.close(1)
      _ = try await world.runController { _ in
        var files = ["V1__one.sql": "\(gate.passing(1))\n\(Self.pid)", "V2__two.sql": Self.pid]
        try await world.applyFiles(files)
        try await world.applyMigration()
        try await gate.waitUntilReached(1)
        try await rotate("two")
        try await gate.open(1)
        try await world.waitUntilReady()
        #expect(try await world.database.value("SELECT count(DISTINCT pid) FROM pids") == "1")
        files["V3__three.sql"] = Self.pid
        try await world.applyFiles(files)
        try await world.wait(for: "the next run") { $0.status?.currentVersion == "3" && $0.ready?.status == "True" }
        #expect(try await world.database.value("SELECT count(DISTINCT pid) FROM pids") == "2")
      }
      await gate.end()
    }
  }
}
