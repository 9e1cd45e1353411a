import Support
import TestSupport
import Testing

/// Two replicas of the binary with short Lease times, and what happens to the one that leads.
@Suite("The replica that leads", .statesCitus, .onRealParts)
struct LeadershipTests {
  /// Six seconds, so that a busy machine does not lose a Lease by itself.
  private static let leaseDuration = Duration.seconds(6)
  private static let timings = [
    "--leader-elect-lease-duration", "6s", "--leader-elect-renew-deadline", "4s", "--leader-elect-retry-period", "1s",
  ]
  private let clock = ContinuousClock()
  /// How the line of a replica that becomes the leader is told from "no longer leading".
  fileprivate static let leads = "  leading "

  @Test("killed in the middle of a migration: the other one goes on once the Lease has run out")
  func killed() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(4, extra: [2: gate.passing(2)]))
      _ = try await world.runReplicas(Self.timings) { leader, standby in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        let session = try await gate.session(at: 2)
        let begun = clock.now
        try leader.kill()
        try await standby.waitForOutput(Self.leads)
        let takeOver = clock.now - begun
        // The dead one's session stands at the closed gate, with the database's lock: the new leader ends it.
        try await gate.waitUntilReached(2, byOtherThan: session)
        let recovery = clock.now - begun
        print("killed: another replica leads after \(takeOver), and stands where the dead one stood after \(recovery)")
        // How long it takes on an idle machine is measured by the fault suite; here all other tests run beside.
        #expect(takeOver < Self.leaseDuration * 3 && recovery < Self.leaseDuration * 5)
        try await gate.open(2)
        try await world.waitUntilReady()
        #expect(standby.output.contains("leader.before="))
      }
      #expect(try await Trace.versions(world) == Trace.once(4))
      await gate.end()
    }
  }

  @Test("stopped while nothing runs: the other one leads before the Lease would have run out")
  func stopped() async throws {
    try await World.with(workers: 0) { world in
      try await world.applyFiles(Trace.files(2))
      _ = try await world.runReplicas(Self.timings) { leader, standby in
        try await world.applyMigration()
        try await world.waitUntilReady()
        let begun = clock.now
        try leader.terminate()
        _ = try await eventually("the standby leads", every: .milliseconds(10)) {
          standby.output.contains(Self.leads) ? true : nil
        }
        let handover = clock.now - begun
        print("stopped: another replica leads after \(handover)")
        #expect(handover < Self.leaseDuration - .seconds(1))
        try await leader.waitForEnd()
        try await world.applyFiles(Trace.files(3))
        try await world.wait(for: "version 3") { $0.status?.currentVersion == "3" }
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
    }
  }

  @Test("paused past the take-over and resumed: it applies nothing, records nothing, reports nothing, and waits again")
  func paused() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(4, extra: [2: gate.passing(2)]))
      _ = try await world.runReplicas(Self.timings) { first, second in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        let session = try await gate.session(at: 2)
        try first.pause()
        try await gate.waitUntilReached(2, byOtherThan: session)
        try await gate.open(2)
        try await world.waitUntilReady()
        let rank = try await world.database.value("SELECT max(installed_rank) FROM flyway_schema_history")
        let before = try await world.wait(for: "the run's end is reported") {
          $0.status?.lastRun?.outcome == "Succeeded"
        }

        let outputBefore = first.output
        try first.resume()
        try await first.waitForOutput("no longer leading")
        _ = try await eventually("it waits for the lease again") {
          first.output.dropFirst(outputBefore.count).contains("waiting for the lease") ? true : nil
        }
        let since = first.output.dropFirst(outputBefore.count)
        #expect(!since.contains("migration applied") && !since.contains(Self.leads))
        #expect(try await world.migration().metadata.resourceVersion == before.metadata.resourceVersion)
        #expect(try await world.database.value("SELECT max(installed_rank) FROM flyway_schema_history") == rank)
        #expect(try await Trace.versions(world) == Trace.once(4))

        // It is as good as new: it takes over when the other one stops.
        try second.terminate()
        try await second.waitForEnd()
        try await world.applyFiles(Trace.files(5, extra: [2: gate.passing(2)]))
        try await world.wait(for: "version 5") { $0.status?.currentVersion == "5" }
        #expect(first.output.components(between: Self.leads) == 2)
      }
      #expect(try await Trace.versions(world) == Trace.once(5))
      await gate.end()
    }
  }

  @Test("cut off the API server: its run has ended, rolled back, before the other one begins")
  func cutOff() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(3, extra: [2: "CREATE TABLE half (id int);\n" + gate.passing(2)]))
      try await RecordedController.run(world, Self.timings) { first in
        try await first.controller.waitForOutput(Self.leads)
        _ = try await world.runController(Self.timings) { second in
          try await second.waitForOutput("waiting for the lease")
          try await world.applyMigration()
          try await gate.waitUntilReached(2)
          try first.cutOff()
          try await second.waitForOutput(Self.leads)
          try await first.controller.waitForOutput("no longer leading")
          let ended = try #require(first.controller.time(of: "no longer leading"))
          let begun = try #require(second.time(of: Self.leads))
          #expect(ended < begun, "by the clock of the one machine that both run on")
          try await gate.open(2)
          try await world.waitUntilReady()
          #expect(!second.output.contains("left-over session"), "there was no left-over to end")
        }
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
      await gate.end()
    }
  }

  @Test("is the only one that writes: a standby sends nothing but GETs, and opens no connection to a database")
  func standbyIsSilent() async throws {
    try await World.with(workers: 0) { world in
      try await world.applyFiles(Trace.files(3))
      _ = try await world.runController { leader in
        try await leader.waitForOutput(Self.leads)
        try await RecordedController.run(world) { standby in
          try await standby.controller.waitForOutput("waiting for the lease")
          try await world.applyMigration { $0.more.append("interval: 1s") }
          try await world.waitUntilReady()
          _ = try await eventually("three more looks") {
            leader.output.components(between: " reconciled ") >= 3 ? true : nil
          }
          #expect(standby.requests.allSatisfy { $0.hasPrefix("GET ") } && !standby.requests.isEmpty)
          #expect(standby.looks == 0)
          #expect(!standby.controller.output.contains("cluster.target="))
        }
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
    }
  }

  @Test("may not use Leases: it ends with an error that says so")
  func forbidden() async throws {
    try await World.with(workers: 0) { world in
      let ending = try await world.runController(["--lease-namespace", "does-not-exist"] + Self.timings) { controller in
        try await controller.waitForEnd()
        #expect(controller.output.contains("does-not-exist"))
      }
      #expect(ending != .exited(0))
    }
  }
}

extension World {
  /// Runs two replicas: the first leads when `body` begins.
  fileprivate func runReplicas(
    _ arguments: [String], _ body: (_ leader: RunningProcess, _ standby: RunningProcess) async throws -> Void
  ) async throws -> RunningProcess.Ending {
    try await runController(arguments) { leader in
      try await leader.waitForOutput(LeadershipTests.leads)
      _ = try await runController(arguments) { standby in
        try await standby.waitForOutput("waiting for the lease")
        try await body(leader, standby)
      }
    }
  }
}

extension RunningProcess {
  /// When the last line that contains a text was logged.
  fileprivate func time(of text: String) -> Timestamp? {
    output.split(separator: "\n").last { $0.contains(text) }.flatMap { line in
      line.split(separator: " ").first.flatMap { Timestamp(rfc3339: String($0)) }
    }
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(between text: String) -> Int {
    ranges(of: text).count
  }
}
