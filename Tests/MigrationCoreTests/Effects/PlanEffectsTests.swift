import MigrationCore
import Testing

@Suite("Effects of a plan")
struct PlanEffectsTests {
  private static let (orders, notes) = (
    ObjectName(schema: "public", name: "orders"), ObjectName(schema: "public", name: "notes")
  )

  private static func step(_ statements: [StatementEffect]) -> StepEffects {
    var step = StepEffects(script: "V1__a.sql")
    step.statements = statements
    return step
  }

  private static let model = step([
    StatementEffect(
      line: 1, verb: "ALTER TABLE", tables: [TableEffect(orders, lock: .accessExclusive)], isObserved: false),
    StatementEffect(line: 2, verb: "CREATE ROLE", isObserved: false),
    StatementEffect(line: 3, verb: "CREATE INDEX", tables: [TableEffect(orders, lock: .share)], isObserved: false),
  ])

  private func completed(_ seen: [StatementEffect]) -> [StatementEffect] {
    PlanEffects(origin: .scratch, steps: [Self.step(seen)]).completed(by: [Self.model]).steps[0].statements
  }

  @Test("what was seen stays as it was seen; what did not run there is as the model says, with the reason")
  func completion() {
    let seen = StatementEffect(line: 1, verb: "ALTER TABLE", tables: [TableEffect(Self.notes, lock: .share)])
    let omitted = StatementEffect(line: 2, verb: "CREATE ROLE", omission: "CREATE ROLE")
    let statements = completed([seen, omitted])
    #expect(statements[0] == seen)
    #expect(statements[1].omission == "CREATE ROLE" && !statements[1].isObserved)
    // It never came to the third.
    #expect(statements[2] == Self.model.statements[2])
  }

  @Test("a lock that an earlier statement of the transaction took counts for the later ones that name the table")
  func held() {
    var first = StatementEffect(
      line: 1, verb: "ALTER TABLE", tables: [TableEffect(Self.orders, lock: .accessExclusive)])
    first.held = first.tables
    let second = StatementEffect(line: 2, verb: "CREATE ROLE")
    var third = StatementEffect(line: 3, verb: "CREATE INDEX")
    third.held = [TableEffect(Self.notes, lock: .share), TableEffect(Self.orders, lock: .accessExclusive)]
    let statements = completed([first, second, third])
    #expect(statements[2].tables == [TableEffect(Self.orders, lock: .accessExclusive)])
  }
}
