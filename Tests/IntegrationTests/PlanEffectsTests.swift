import TestSupport
import Testing

@Suite("What a plan does that waits", .serialized, .onRealParts, .statesCitus)
struct PlanEffectsTests {
  private static let pending = [
    "V2__two.sql": """
    ALTER TABLE one ADD COLUMN token uuid DEFAULT gen_random_uuid();
    CREATE TABLE fresh (id int);
    """
  ]

  @Test("its effects stand in the status, worked out or tried, and change nothing; the plugin shows them")
  func effects() async throws {
    try await GateLab.with { lab in
      let name = lab.world.database.name
      try await lab.world.applyFiles(GateLab.only(1))
      try await lab.apply("app", database: name)
      #expect(try await lab.look().migration.ready?.reason == "Applied")
      try await lab.world.applyFiles(GateLab.only(1).merging(Self.pending) { $1 })
      try await lab.apply("app", database: name, promotion: "{approval: Manual}")
      let known = try #require(try await lab.look().migration.status?.plan)
      #expect(known.effects?.source == "Model", "\(known)")
      #expect(known.steps.first?.effects?.map(\.rows) == ["Rewritten"])

      try await lab.apply(
        "app", database: name, promotion: "{approval: Manual}", more: ["plan: {scratchDatabase: true}"])
      let tried = try #require(try await lab.look().migration.status?.plan)
      #expect(tried.effects?.source == "ScratchDatabase", "\(tried)")
      let effect = try #require(tried.steps.first?.effects?.first)
      #expect(effect.table == "public.one" && effect.lock == "ACCESS EXCLUSIVE" && effect.rows == "Rewritten")
      #expect(tried.digest == known.digest)
      // Once for a plan: otherwise the size would be another one now.
      try await lab.world.database.run("INSERT INTO one SELECT generate_series(1, 100000)")
      #expect(try await lab.look().migration.status?.plan == tried)

      let text = try await Plugin(lab.world)("plan", "app")
      #expect(text.contains("ACCESS EXCLUSIVE") && text.contains("Tried in a scratch database"), "\(text)")
      #expect(try await lab.applied() == ["V1__one.sql"])
    }
  }

  @Test("what is refused in the scratch database is told before anybody approves it, and stops nothing")
  func refusal() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(["V1__one.sql": "SELECT 1;\nSELECT nope;"])
      try await lab.apply(
        "app", database: lab.world.database.name, promotion: "{approval: Manual}",
        more: ["plan: {scratchDatabase: true}"])
      let waiting = try await lab.look().migration
      #expect(waiting.ready?.reason == "AwaitingApproval")
      let refusal = try #require(waiting.status?.plan?.steps.first?.refusal)
      #expect(refusal.line == 2 && refusal.sqlState == "42703" && refusal.message.contains("nope"))
    }
  }
}
