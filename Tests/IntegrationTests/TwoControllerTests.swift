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

  @Test(
    "of two installations do not fight over a resource: one stands back, says so, and goes on when it is alone again")
  func twoInstallations() async throws {
    try await World.with(workers: 0) { world in
      let other = try await KubernetesCluster.shared().makeNamespace()
      try await world.applyFiles(Trace.files(1))
      try await world.applyMigration()
      _ = try await world.runController { first in
        let epoch = try #require(try await world.waitUntilReady().status?.leaderEpoch)
        _ = try await world.runController(["--lease-namespace", other.namespace]) { second in
          try await world.wait(for: "the second one reports") { ($0.status?.leaderEpoch ?? 0) > epoch }
          try await world.annotate("reconcile-at", "1")
          try await first.waitForOutput("standing back")
          try await world.wait(for: "the second one answers") { $0.status?.lastHandledReconcileAt == "1" }
          try await world.applyFiles(Trace.files(3))
          try await world.wait(for: "version 3") { $0.status?.currentVersion == "3" }
          try await world.waitUntilReady()
          let applied = [first, second].map { $0.output.split(separator: "migration applied").count - 1 }
          #expect(applied == [1, 2], "the one that stands back applies nothing\n\(first.output.suffix(4000))")
        }
        _ = try await eventually("an Event tells") {
          try await world.kubectl("get", "events.events.k8s.io", "-o", "jsonpath={.items[*].reason}")
            .contains("AnotherInstallation") ? true : nil
        }
      }
      _ = try await world.runController { _ in
        try await world.applyFiles(Trace.files(4))
        try await world.wait(for: "version 4") { $0.status?.currentVersion == "4" }
      }
      #expect(try await Trace.versions(world) == Trace.once(4))
    }
  }
}
