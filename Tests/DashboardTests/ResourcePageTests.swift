import FoundationEssentials
import Kubernetes
import Testing

@testable import Controller
@testable import Dashboard

@Suite("The page of a resource")
struct ResourcePageTests {
  private func page(_ change: @escaping (inout CitusMigrationStatus) -> Void) -> ResourcePage {
    ResourcePage(resource("shop-prod", "shop", change), id: "a-1", chain: [])
  }

  @Test("has the latest rows of the history in full, and before them the evidence of what is in effect")
  func migrations() {
    let page = page {
      $0.appliedCount = 2000
      $0.history = [
        HistoryStatus(
          installedRank: 300, version: "300", description: "b", type: "SQL", script: "V300__b.sql", checksum: 7,
          installedOn: "2026-01-02T00:00:00Z", executionTimeMilliseconds: 12, success: true),
        HistoryStatus(
          installedRank: 299, version: nil, description: "view", type: "SQL", script: "R__view.sql", checksum: 8,
          installedOn: "2026-01-01T00:00:00Z", executionTimeMilliseconds: 13, success: false),
      ]
      $0.applied = [
        AppliedStatus(version: "298", checksum: 5, appliedAt: "2025-01-01T00:00:00Z"),
        AppliedStatus(version: "299", checksum: 6), AppliedStatus(version: "300", checksum: 7),
      ]
    }
    #expect(page.migrations.map { $0.version ?? $0.description } == ["300", "view", "299", "298"])
    #expect(page.migrations.map(\.isApplied) == [true, false, true, true])
    #expect(page.migrations[0].script == "V300__b.sql" && page.migrations[0].milliseconds == 12)
    #expect(page.earlier == 1997)
  }

  @Test("has error, place and hint of a failed step")
  func failure() throws {
    let page = page {
      $0.lastRun = RunStatus(
        id: "r", startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:00:01Z", outcome: "Failed", holder: "p",
        steps: [
          RunStepStatus(
            version: "2", script: "V2__b.sql", checksum: 1, state: "Failed", durationMilliseconds: 5,
            error: StepErrorStatus(
              sqlState: "42P01", message: "<b>no</b>", script: "V2__b.sql", line: 12, column: 34, hint: "h"))
        ])
    }
    let error = try #require(page.run?.steps.first?.error)
    #expect(error.place == "V2__b.sql:12:34" && error.message == "<b>no</b>" && error.sqlState == "42P01")
    #expect(page.events.map(\.title) == ["Run failed"])
    #expect(page.events.map(\.isBad) == [true])
  }

  @Test("says what a person can do, with a command that only holds a digest that is one")
  func advice() {
    func held(_ digest: String) -> ResourcePage {
      page {
        $0.gate = GateStatus(reason: "AwaitingApproval", message: "m", held: 1)
        $0.plan = PlanStatus(digest: digest, steps: [])
        $0.conditions = [condition(.reconciling, "True", .awaitingApproval)]
      }
    }
    #expect(held("9c56ab").advice?.command == "kubectl whimbrel approve shop -n shop-prod --digest 9c56ab")
    #expect(held("x; rm -rf").advice == nil)
    #expect(held("").advice == nil)
    let suspended = ResourcePage(resource("a", "b", suspend: true) { _ in }, id: "1", chain: [])
    #expect(suspended.advice?.command == "kubectl whimbrel resume b -n a")
    #expect(page { $0.conditions = [condition(.ready, "True", .applied)] }.advice == nil)
  }

  @Test("counts what is pending beyond the list")
  func plan() {
    let page = page {
      $0.pendingCount = 2000
      $0.plan = PlanStatus(
        digest: "d",
        steps: (1...100).map {
          PlanStepStatus(version: "\($0)", description: "d", script: "V\($0)__d.sql", checksum: 1, transactional: true)
        })
    }
    #expect(page.plan?.steps.count == 100 && page.plan?.more == 1900)
  }

  @Test("says of each pending migration what it does, what refused it, and where that is known from")
  func effects() throws {
    let page = page {
      var step = PlanStepStatus(
        version: "2", description: "d", script: "V2__<b>.sql", checksum: 1, transactional: true)
      step.effects = [
        StepEffectStatus(
          line: 3, statement: "ALTER TABLE", table: "public.\"<i>\"", placement: "distributed", bytes: 1 << 30,
          shards: 32, nodes: 2, lock: "ACCESS EXCLUSIVE", blocks: "reads and writes", rows: "Rewritten")
      ]
      step.refusal = StepErrorStatus(
        sqlState: "42P01", message: "no table", script: "V2__<b>.sql", line: 4, column: nil, hint: "make it")
      $0.plan = PlanStatus(digest: "d", steps: [step])
      $0.plan?.effects = PlanEffectsStatus(source: "ScratchDatabase", message: "left out: V3")
    }
    let plan = try #require(page.plan)
    #expect(plan.effects == PlanView.Effects(source: "ScratchDatabase", message: "left out: V3"))
    let effect = try #require(plan.steps[0].effects.first)
    #expect((effect.line, effect.statement, effect.table) == (3, "ALTER TABLE", "public.\"<i>\""))
    #expect((effect.placement, effect.bytes, effect.shards, effect.nodes) == ("distributed", 1 << 30, 32, 2))
    #expect((effect.lock, effect.blocks, effect.rows) == ("ACCESS EXCLUSIVE", "reads and writes", "Rewritten"))
    let refusal = try #require(plan.steps[0].refusal)
    #expect(refusal.place == "V2__<b>.sql:4" && refusal.message == "no table" && refusal.hint == "make it")
    let unknown = self.page { $0.plan = PlanStatus(digest: "d", steps: []) }
    #expect(unknown.plan?.effects == nil)
  }

  @Test("holds nothing of the spec, and of labels and annotations nothing at all")
  func allowed() throws {
    var object = resource("shop-prod", "shop", labels: ["team": "planted-label"]) { $0.summary = "Applied" }
    object.metadata.annotations = ["note": "planted-annotation"]
    object.spec?.cluster.password = ValueSpec(value: "planted-password")
    object.spec?.cluster.uri = ValueSpec(value: "postgresql://planted-uri")
    object.spec?.flyway = FlywaySpec()
    object.spec?.flyway?.placeholders = ["secret": "planted-placeholder"]
    object.status?.lastHandledReconcileAt = "planted-token"
    let text = String(decoding: try JSONEncoder().encode(ResourcePage(object, id: "1", chain: [])), as: UTF8.self)
    #expect(text.contains("shop-prod"))
    #expect(!text.contains("planted"))
  }
}
