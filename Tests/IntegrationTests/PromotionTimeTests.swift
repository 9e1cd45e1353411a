@testable import Controller
import Kubernetes
import Support
import TestSupport
import Testing

@Suite("Promotion gates of time and of people", .statesCitus, .onRealParts)
struct PromotionTimeTests {
  // MARK: Soak

  @Test("a migration soaks to the second, and the next look is when it has")
  func soak() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev)
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [{name: dev}], soak: 5m}")
        let upstream = try await lab.look("dev").migration
        let applied = try #require(upstream.status?.applied?.last?.appliedAt.flatMap { Timestamp(rfc3339: $0) })
        let first = try #require(upstream.status?.applied?.first?.appliedAt.flatMap { Timestamp(rfc3339: $0) })
        lab.set(first.advanced(by: .seconds(299)))
        let (soaking, again) = try await lab.look()
        #expect(soaking.ready?.reason == "Soaking" && again == .seconds(1))
        #expect(soaking.status?.gate?.until == first.advanced(by: .seconds(300)).rfc3339)
        #expect(try await lab.applied().isEmpty)
        // By a clock that is behind the database's nothing starts, and the clock is named.
        lab.set(first.advanced(by: .seconds(-60)))
        let ahead = try await lab.look().migration
        #expect(ahead.ready?.message.contains("ahead of this controller's") == true)
        lab.set(applied.advanced(by: .seconds(300)))
        #expect(try await lab.look().migration.ready?.reason == "Applied")
      }
    }
  }

  @Test("drift is found while a gate holds what is pending, and Ready goes on to speak of the gate")
  func driftBesideAGate() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(GateLab.only(1))
      let drift = "drift: {interval: 1m, onDrift: Report}"
      try await lab.apply("app", database: lab.world.database.name, more: [drift])
      #expect(try await lab.look().migration.condition("DriftFree")?.status == "True")

      try await lab.world.applyFiles(GateLab.only(2))
      try await lab.apply(
        "app", database: lab.world.database.name, promotion: "{freeze: {reason: inventory}}", more: [drift])
      let held = try await lab.look().migration
      #expect(held.ready?.reason == "Frozen" && held.condition("DriftFree")?.status == "True")
      try await lab.world.database.run("ALTER TABLE one ADD COLUMN sneaked int")
      lab.advance(.seconds(59))
      let early = try await lab.look().migration
      #expect(early.ready?.reason == "Frozen" && early.condition("DriftFree")?.status == "True", "not due yet")
      lab.advance(.seconds(2))
      let found = try await lab.look().migration
      #expect(found.ready?.reason == "Frozen" && found.status?.gate?.held == 1)
      #expect(found.condition("DriftFree")?.reason == "DriftDetected")
      #expect(found.status?.drift?.objects.map(\.name) == ["public.one.sneaked"])
      #expect(try await lab.applied() == ["V1__one.sql"])
    }
  }

  // MARK: Approval

  @Test("an approval is of one plan: given, taken back, void after a change, and good for the rest of its plan")
  func approval() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(GateLab.only(2))
      try await lab.apply("app", database: lab.world.database.name, promotion: "{approval: Manual}")
      let waiting = try await lab.look().migration
      #expect(waiting.ready?.reason == "AwaitingApproval" && waiting.status?.summary == "Awaiting approval")
      let first = try #require(waiting.status?.plan?.digest)
      #expect(waiting.ready?.message.contains(first) == true)

      // Taken back before the run starts: what the reconciler read is older than what it asks again.
      try await lab.annotate("app", "approve=\(first)", "approved-by=eve")
      try await lab.annotate("app", "approve-")
      #expect(try await lab.look().migration.ready?.reason == "AwaitingApproval")

      // Void, because the plan is another one.
      try await lab.annotate("app", "approve=\(first)")
      try await lab.world.applyFiles(GateLab.files)
      let void = try await lab.look().migration
      #expect(void.ready?.reason == "AwaitingApproval" && void.status?.approval == nil)
      #expect(void.ready?.message.contains("of another plan") == true)
      #expect(try await lab.applied().isEmpty)

      let second = try #require(void.status?.plan?.digest)
      try await lab.annotate("app", "approve=\(second)")
      let done = try await lab.look().migration
      #expect(done.ready?.reason == "Applied")
      #expect(done.status?.approval?.digest == second && done.status?.approval?.by == "eve")
      #expect(done.status?.approval?.seenAt == lab.now.rfc3339)
      #expect(try await lab.applied() == GateLab.scripts)
    }
  }

  @Test("an approved plan that fails in the middle goes on after the cause is gone, without another approval")
  func rest() async throws {
    try await GateLab.with { lab in
      var files = GateLab.files
      files["V2__two.sql"] = "INSERT INTO missing VALUES (1);"
      try await lab.world.applyFiles(files)
      try await lab.apply("app", database: lab.world.database.name, promotion: "{approval: Manual}")
      let digest = try #require(try await lab.look().migration.status?.plan?.digest)
      try await lab.annotate("app", "approve=\(digest)")
      #expect(try await lab.look().migration.ready?.reason == "MigrationFailed")
      try await lab.world.database.run("CREATE TABLE missing (id int)")
      let done = try await lab.look().migration
      #expect(done.ready?.reason == "Applied" && done.status?.approval?.digest == digest)
    }
  }

  @Test("an approval that is taken back while a run goes on keeps the next migration from starting")
  func revokedInRun() async throws {
    try await GateLab.with { lab in
      let gate = Gate(lab.world.database)
      try await gate.close(1)
      var files = GateLab.only(2)
      files["V1__one.sql"] = gate.passing(1) + "\nCREATE TABLE one (id int);"
      try await lab.world.applyFiles(files)
      try await lab.apply("app", database: lab.world.database.name, promotion: "{approval: Manual}")
      let digest = try #require(try await lab.look().migration.status?.plan?.digest)
      try await lab.annotate("app", "approve=\(digest)")
      async let look = lab.look()
      try await gate.waitUntilReached(1)
      lab.changeInView("app") { $0.metadata.annotations["whimbrel.dev/approve"] = nil }
      try await gate.open(1)
      let held = try await look.migration
      await gate.end()
      #expect(held.ready?.reason == "AwaitingApproval" && held.status?.pendingCount == 1)
      #expect(try await lab.applied() == ["V1__one.sql"])
    }
  }

  // MARK: Windows and freeze

  @Test("outside a window nothing starts until it opens; between two migrations it is asked again")
  func windows() async throws {
    try await GateLab.with { lab in
      let gate = Gate(lab.world.database)
      try await gate.close(1)
      var files = GateLab.only(2)
      files["V1__one.sql"] = gate.passing(1) + "\nCREATE TABLE one (id int);"
      try await lab.world.applyFiles(files)
      // Zurich is an hour ahead of UTC in January.
      try await lab.apply(
        "app", database: lab.world.database.name,
        promotion: "{windows: [{schedule: \"0 2 * * *\", duration: 1h, timeZone: Europe/Zurich}]}")
      lab.set(try #require(Timestamp(rfc3339: "2027-01-05T00:59:58Z")))
      let (closed, again) = try await lab.look()
      #expect(closed.ready?.reason == "OutsideWindow" && again == .seconds(2))
      #expect(closed.status?.gate?.until == "2027-01-05T01:00:00Z")
      #expect(try await !lab.world.exists("flyway_schema_history"))

      lab.set(try #require(Timestamp(rfc3339: "2027-01-05T01:59:59Z")))
      async let look = lab.look()
      try await gate.waitUntilReached(1)
      lab.advance(.seconds(1))
      try await gate.open(1)
      let held = try await look.migration
      await gate.end()
      #expect(held.ready?.reason == "OutsideWindow" && held.status?.gate?.until == "2027-01-06T01:00:00Z")
      #expect(try await lab.applied() == ["V1__one.sql"], "the one under way ended, the next did not start")
      lab.set(try #require(Timestamp(rfc3339: "2027-01-06T01:00:00Z")))
      #expect(try await lab.look().migration.ready?.reason == "Applied")
    }
  }

  @Test("a freeze holds everything until its end, and a zone that is not known is InvalidSpec")
  func freeze() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(GateLab.files)
      let end = lab.now.advanced(by: .seconds(90))
      try await lab.apply(
        "app", database: lab.world.database.name,
        promotion: "{freeze: {reason: Black Friday, until: \"\(end.rfc3339)\"}}")
      let (frozen, again) = try await lab.look()
      #expect(frozen.ready?.reason == "Frozen" && frozen.ready?.message.contains("Black Friday") == true)
      #expect(try #require(again) <= .seconds(90))
      lab.advance(.seconds(90))
      #expect(try await lab.look().migration.ready?.reason == "Applied")
      try await lab.apply(
        "app", database: lab.world.database.name,
        promotion: "{windows: [{schedule: \"@daily\", duration: 1h, timeZone: Europe/Nowhere}]}")
      let invalid = try await lab.look().migration
      #expect(invalid.stalled?.reason == "InvalidSpec" && invalid.stalled?.message.contains("Europe/Nowhere") == true)
    }
  }

  @Test("a script's own gates hold it: an unknown window is an error with its place")
  func directives() async throws {
    try await GateLab.with { lab in
      var files = GateLab.files
      files["V2__two.sql"] = "-- whimbrel: window=low-traffic\nCREATE TABLE two (id int);"
      try await lab.world.applyFiles(files)
      try await lab.apply("app", database: lab.world.database.name, promotion: "{soak: 1s}")
      let unknown = try await lab.look().migration
      #expect(unknown.stalled?.reason == "InvalidSource")
      #expect(unknown.stalled?.message.contains("V2__two.sql, line 1: spec.promotion.windows has no window") == true)
      #expect(try await lab.applied().isEmpty)
      lab.set(try #require(Timestamp(rfc3339: "2027-01-05T10:00:00Z")))
      try await lab.apply(
        "app", database: lab.world.database.name,
        promotion: "{windows: [{name: low-traffic, schedule: \"0 2 * * *\", duration: 1h}]}")
      let held = try await lab.look().migration
      #expect(held.ready?.reason == "OutsideWindow" && held.ready?.message.contains("V2 starts only in") == true)
      #expect(try await lab.applied() == ["V1__one.sql"])
    }
  }

  // MARK: Bypass and the lock

  @Test("a bypass opens all gates for exactly that plan, and is in the status")
  func bypass() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(GateLab.only(2))
      let promotion = "{after: [{name: none}], approval: Manual, freeze: {reason: x}}"
      try await lab.apply("app", database: lab.world.database.name, promotion: promotion)
      let digest = try #require(try await lab.look().migration.status?.plan?.digest)
      try await lab.annotate("app", "bypass-gates=\(digest)")
      try await lab.world.applyFiles(GateLab.files)
      let other = try await lab.look().migration
      #expect(other.ready?.reason == "Frozen" && other.status?.bypass == nil)
      try await lab.annotate("app", "bypass-gates=\(try #require(other.status?.plan?.digest))")
      let done = try await lab.look().migration
      #expect(done.ready?.reason == "Applied" && done.status?.bypass?.digest == other.status?.plan?.digest)
    }
  }

  @Test("what is pending only once the lock is held was not allowed, and is not applied")
  func underLock() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        var files = GateLab.only(1)
        files["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;"
        try await lab.world.applyFiles(files)
        try await lab.apply("app", database: lab.world.database.name, promotion: "{soak: 1s}")
        #expect(try await lab.look().migration.ready?.reason == "Applied")
        // Upstream has V2 and not the view. Between the gates and the run the view becomes pending here: the callback
        // takes its row away with the lock held, before the plan of the run is made.
        try await lab.world.applyFiles(GateLab.only(2), configMap: "dev-files")
        try await lab.apply("dev", database: dev, files: "dev-files")
        try await lab.look("dev")
        files["V2__two.sql"] = GateLab.files["V2__two.sql"]
        files["afterConnect.sql"] = "DELETE FROM flyway_schema_history WHERE script = 'R__view.sql';"
        try await lab.world.applyFiles(files)
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [{name: dev}]}")
        let held = try await lab.look().migration
        #expect(try await lab.applied() == ["V1__one.sql", "V2__two.sql"])
        #expect(held.status?.pendingCount == 1 && held.condition("GateOpen")?.status == "False")
      }
    }
  }

  // MARK: The whole controller

  @Test("the controller looks at once when upstream moves, tells of it, and reports Ready where that is wanted")
  func controller() async throws {
    try await World.with(workers: 0) { world in
      let dev = world.database.name + "_dev"
      try await world.withPlainDatabase(dev) {
        _ = try await world.runController { _ in
          try await world.applyFiles(GateLab.only(1), configMap: "dev-files")
          try await world.applyFiles(GateLab.files)
          try await world.applyMigration {
            ($0.name, $0.database) = ("dev", "{value: \(dev)}")
            $0.migrations = "{configMap: {names: [dev-files]}}"
          }
          try await world.waitUntilReady("dev")
          try await world.applyMigration { $0.more.append("promotion: {after: [{name: dev}], reportReady: true}") }
          let held = try await world.wait(for: "V1 alone") { $0.status?.gate?.held == 2 && $0.ready?.status == "True" }
          #expect(held.ready?.reason == "UpToDateWithHeldMigrations" && held.status?.currentVersion == "1")
          try await world.waitForEvents("GateClosed")
          // The interval is ten minutes: only the change upstream asks for this look.
          try await world.applyFiles(GateLab.files, configMap: "dev-files")
          try await world.wait(for: "all") { $0.ready?.reason == "Applied" && $0.status?.currentVersion == "3" }
          try await world.waitForEvents("GateOpened")

          try await world.applyFiles(GateLab.files.merging(["V4__four.sql": "SELECT 4;"]) { $1 })
          let next = try await world.wait(for: "V4 held") { $0.status?.gate?.held == 1 }
          try await world.annotate("bypass-gates", try #require(next.status?.plan?.digest))
          try await world.wait(for: "V4") { $0.status?.currentVersion == "4" }
          let told = try await world.waitForEvents("GatesBypassed")
          #expect(told.first?.type == "Warning")
          #expect(told.first?.note?.contains(next.status?.plan?.digest ?? "?") == true)
        }
      }
    }
  }
}
