import MigrationCore
import Testing

@testable import Controller

@Suite("What a plan does, in the status")
struct PlanEffectsObservationTests {
  private static let orders = ObjectName(schema: "public", name: "orders")
  private static let live = [
    orders: LiveTable(placement: .distributed, bytes: 1 << 30, shards: 32, nodes: 2)
  ]

  private func step(_ script: String, _ statements: [StatementEffect]) -> StepEffects {
    var step = StepEffects(script: script)
    step.statements = statements
    return step
  }

  private func alter(_ line: Int, _ table: ObjectName = orders) -> StatementEffect {
    var effect = TableEffect(table, lock: .shareUpdateExclusive, shardLock: .accessExclusive)
    effect.isRewritten = true
    return StatementEffect(line: line, verb: "ALTER TABLE", tables: [effect])
  }

  @Test("a table that is there shows with size, shards, and the strongest lock of coordinator and shards")
  func row() {
    let effects = PlanEffects(origin: .scratch, steps: [step("V1__a.sql", [alter(3)])])
    let observation = PlanEffectsObservation(effects, live: Self.live)
    #expect(
      observation.effects["V1__a.sql"] == [
        StepEffectStatus(
          line: 3, statement: "ALTER TABLE", table: "public.orders", placement: "distributed", bytes: 1 << 30,
          shards: 32, nodes: 2, lock: "ACCESS EXCLUSIVE", blocks: "reads and writes", rows: "Rewritten")
      ])
    #expect(observation.status == PlanEffectsStatus(source: "ScratchDatabase"))
  }

  @Test("a table that is not there yet, and a mere look at one, do not show")
  func quiet() {
    let fresh = alter(1, ObjectName(schema: "public", name: "fresh"))
    let look = StatementEffect(line: 2, verb: "SELECT", tables: [TableEffect(Self.orders, lock: .accessShare)])
    let effects = PlanEffects(origin: .scratch, steps: [step("V1__a.sql", [fresh, look])])
    #expect(PlanEffectsObservation(effects, live: Self.live).effects.isEmpty)
  }

  @Test("a step shows 10 effects at most, a plan 100")
  func bounds() {
    let steps = (1...20).map { number in step("V\(number)__a.sql", (1...30).map { alter($0) }) }
    let observation = PlanEffectsObservation(PlanEffects(origin: .scratch, steps: steps), live: Self.live)
    #expect(observation.effects.values.allSatisfy { $0.count == 10 })
    #expect(observation.effects.count == 10)
  }

  @Test("what was refused and what was not tried is told")
  func refusal() {
    var refused = step("V1__a.sql", [StatementEffect(line: 1, verb: "CREATE ROLE", omission: "CREATE ROLE")])
    refused.refusal = StepEffects.Refusal(line: 2, sqlState: "0A000", message: "no", hint: "why")
    let observation = PlanEffectsObservation(PlanEffects(origin: .scratch, steps: [refused]), live: [:])
    #expect(observation.refusals["V1__a.sql"]?.message == "no" && observation.refusals["V1__a.sql"]?.line == 2)
    #expect(observation.status.message == "V1__a.sql, line 1: CREATE ROLE was not tried")
    let model = PlanEffectsObservation(PlanEffects(origin: .model(reason: "because"), steps: []), live: [:])
    #expect(model.status == PlanEffectsStatus(source: "Model", message: "because"))
  }
}
