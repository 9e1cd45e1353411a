import TestSupport
import Testing

@Suite("Two controllers at once", .statesCitus, .onRealParts)
struct TwoControllerTests {
  @Test("on one resource apply every migration exactly once: one of them leads, the other one does nothing")
  func oneResource() async throws {
    try await World.with { world in
      let pause = Dictionary(uniqueKeysWithValues: (1...8).map { ($0, "SELECT pg_sleep(0.1);") })
      try await world.applyFiles(Trace.files(8, extra: pause))
      _ = try await world.runController { first in
        _ = try await world.runController { second in
          try await first.waitForOutput("controller started")
          try await second.waitForOutput("controller started")
          try await world.applyMigration { $0.more.append("interval: 1s") }
          try await world.waitUntilReady()
          let leads = [first, second].filter { $0.output.contains(" leading ") }
          let leader = try #require(leads.first)
          try await leader.waitForOutput(" reconciled ")
          #expect(leads.count == 1)
          let applied = [first, second].map { controller in
            controller.output.split(separator: "\n").count { $0.contains("migration applied") }
          }
          #expect(applied.sorted() == [0, 8], "as their logs have it")
          #expect([first, second].count { $0.output.contains(" reconciled ") } == 1)
        }
      }
      #expect(try await Trace.versions(world) == Trace.once(8))
      #expect(try await world.leases().map(\.holder) == [""])
      #expect(try await world.leader()?.isEmpty == true)
      let rows = try await world.database.value("SELECT count(*) FROM flyway_schema_history")
      #expect(rows == "8")
    }
  }

  @Test("with Leases in different namespaces are still kept apart by the lock in the database")
  func databaseLock() async throws {
    try await World.with { world in
      let other = try await KubernetesCluster.shared().makeNamespace()
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(3, extra: [2: gate.passing(2)]))
      _ = try await world.runController { _ in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        // The later flag wins.
        _ = try await world.runController(["--lease-namespace", other.namespace]) { second in
          try await second.waitForOutput("DatabaseLocked")
          try await gate.open(2)
          try await world.waitUntilReady()
        }
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
      await gate.end()
    }
  }
}
