import TestSupport
import Testing

/// These kill the API server, so they have one of their own, and run one after the other.
@Suite("An API server that goes away while a run is going on", .serialized, .onRealParts, .statesCitus, .ownAPIServer)
struct APIServerTests {
  @Test("for a moment: the run ends well meanwhile, and the status is reported after the restart; nothing runs twice")
  func moment() async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(kubernetes: try await .prepare(kubeconfig: local.kubeconfig)) { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(3, extra: [2: gate.passing(2)]))
      // A busy machine may take longer to start an API server than the Leases of ten seconds that are usual.
      let leases = ["--leader-elect-lease-duration", "180s", "--leader-elect-renew-deadline", "150s"]
      _ = try await world.runController(leases) { controller in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try await local.kill("kube-apiserver")
        try await gate.open(2)
        try await world.database.wait(until: "SELECT count(*) = 3 FROM flyway_schema_history WHERE success")
        try await local.start("kube-apiserver")
        let ready = try await world.waitUntilReady()
        #expect(ready.status?.lastRun?.outcome == "Succeeded")
        #expect(ready.status?.lastRun?.steps?.map(\.state) == ["Applied", "Applied", "Applied"])

        // The watches have come back as well: a change is seen.
        try await world.applyFiles(Trace.files(4, extra: [2: gate.passing(2)]))
        try await world.wait(for: "version 4") { $0.status?.currentVersion == "4" }
        #expect(!controller.hasEnded)
      }
      #expect(try await Trace.versions(world) == Trace.once(4))
      await gate.end()
    }
  }

  @Test("for long: the Lease is lost, the migration is rolled back, and runs once after the restart")
  func long() async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(kubernetes: try await .prepare(kubeconfig: local.kubeconfig)) { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(3, extra: [2: "CREATE TABLE half (id int);\n" + gate.passing(2)]))
      _ = try await world.runController { controller in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try await local.kill("kube-apiserver")
        try await controller.waitForOutput("lost the lease")
        try await world.database.wait(
          until: """
            SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database()
              AND application_name LIKE 'whimbrel/%' AND state <> 'idle'
            """)
        #expect(try await !world.exists("half"))
        try await gate.open(2)
        #expect(try await Trace.versions(world) == Trace.once(1), "nothing runs without the Lease")
        try await local.start("kube-apiserver")
        try await world.wait(for: "version 3") { $0.status?.currentVersion == "3" && $0.ready?.status == "True" }
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
      await gate.end()
    }
  }
}
