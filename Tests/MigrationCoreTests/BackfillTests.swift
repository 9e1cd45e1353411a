import MigrationCore
import Testing

@Suite("Directives for backfills")
struct BackfillTests {
  private static let events = ObjectName(schema: "app", name: "events")

  private func plan(_ files: [(String, String)], _ history: [HistoryRow] = []) -> MigrationPlan {
    let set = MigrationSet.resolve(
      files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: MigrationSettings())
    return MigrationPlan.make(set: set, history: history, settings: MigrationSettings())
  }

  @Test(
    "what a directive says",
    arguments: [
      (
        #"-- whimbrel: backfill table=app.events set="kind = 'x'" where="kind IS NULL" batch=5000 pause=100ms key=id"#,
        Backfill(
          table: events, assignments: "kind = 'x'", condition: "kind IS NULL", batch: 5000, pause: .milliseconds(100),
          key: ["id"])
      ),
      (
        #"--WHIMBREL:  backfill  batch=1 where=old set=a=1 table=App.EVENTS"#,
        Backfill(table: events, assignments: "a=1", condition: "old", batch: 1)
      ),
      (
        #"-- whimbrel: backfill table="""App"".""E.v""" set="""Kind"" = ';' || $$--$$" where="""Kind"" IS NULL" batch=100000 key="a, ""B""""#,
        Backfill(
          table: ObjectName(schema: "App", name: "E.v"), assignments: #""Kind" = ';' || $$--$$"#,
          condition: #""Kind" IS NULL"#, batch: 100_000, key: ["a", "B"])
      ),
      (
        "\t-- whimbrel: backfill table=t set=\"a = (b)\" where=\"a IS NULL AND (b > 0)\" batch=2 pause=1h",
        Backfill(
          table: ObjectName(schema: nil, name: "t"), assignments: "a = (b)", condition: "a IS NULL AND (b > 0)",
          batch: 2,
          pause: .seconds(3600))
      ),
    ])
  func reading(line: String, expected: Backfill) {
    let plan = plan([("V1__b.sql", "-- Old rows.\n\(line)\n")])
    #expect(plan.problems.isEmpty, "\(plan.problems.map(\.message))")
    #expect(plan.steps.first?.statements.map(\.backfill) == [expected])
    #expect(plan.steps.first?.isTransactional == false)
    #expect(plan.steps.first?.statements.first?.line == 2)
  }

  private static let rest = #"set="a = 1" where="a IS NULL" batch=5"#

  @Test(
    "what cannot be followed has a place and says what to do",
    arguments: [
      ("table=t \(rest) size=3", 69, "has no 'size'"), ("table=t \(rest) bach=3", 69, "has no 'bach'"),
      ("\(rest)", 1, "table= is missing"), (#"table=t where="a" batch=5"#, 1, "set= is missing"),
      (#"table=t set="a = 1" batch=5"#, 1, "where= is missing"),
      (#"table=t set="a = 1" where="a""#, 1, "batch= is missing"),
      ("table=t \(rest) batch=6", 69, "batch is given twice"), ("table=t \(rest) key", 69, "'key' is no key=value"),
      ("table=t \(rest) pause=", 75, "pause= has no value"), ("table=t \(rest) pause=soon", 75, "pause= is 'soon'"),
      ("table=t \(rest) pause=2h", 75, "pause= is '2h'"), ("table=t \(rest) key=a,,b", 73, "no list of columns"),
      ("table=t \(rest) key=a,a", 73, "no list of columns"), ("table=a.b.c \(rest)", 29, "no name of a table"),
      ("table=1t \(rest)", 29, "no name of a table"), ("table=t; \(rest)", 29, "no name of a table"),
      (#"table=t set="a = 1; DROP TABLE t" where="a" batch=5"#, 35, "set= holds a semicolon"),
      (#"table=t set="a = 1 -- no" where="a" batch=5"#, 35, "set= holds a comment"),
      (#"table=t set="a = 1 /* no" where="a" batch=5"#, 35, "set= holds a comment"),
      (#"table=t set="a = 'x" where="a" batch=5"#, 35, "a literal or a quoted name that does not end"),
      (#"table=t set="a = 1" where="a) OR (b" batch=5"#, 49, "closes a parenthesis"),
      (#"table=t set="a = 1" where="(a" batch=5"#, 49, "opens a parenthesis"),
      (#"table=t set="a = 1" where=" " batch=5"#, 49, "where= is empty"),
      (#"table=t set="a = 1" where="a batch=5"#, 49, "no closing double quote"),
      (#"table=t set="a = 1"x where="a" batch=5"#, 42, "right behind the closing quote"),
      (#"table=t set=a"b where="a" batch=5"#, 36, "a double quote stands inside"),
      (#"table=t set="a = 1" where="a" batch=0"#, 59, "batch= is '0'"),
      (#"table=t set="a = 1" where="a" batch=100001"#, 59, "batch= is '100001'"),
      (#"table=t set="a = 1" where="a" batch=-1"#, 59, "batch= is '-1'"),
      (#"table=t set=a = 1 where="a" batch=5"#, 37, "'' is no key=value"),
    ])
  func faults(rest: String, column: Int, message: String) throws {
    let plan = plan([("V1__b.sql", "-- whimbrel: backfill \(rest)")])
    let problem = try #require(plan.problems.first)
    #expect(plan.problems.map(\.code) == [.invalidBackfill] && plan.isBlocked)
    #expect(problem.message.contains(message), "\(problem.message)")
    #expect(problem.message.hasPrefix("V1__b.sql: ") && !problem.nextStep.isEmpty)
    #expect(problem.position?.line == 1)
    #expect(problem.position?.column == column, "\(problem.message)")
  }

  @Test(
    "a misspelt directive is no empty script", arguments: ["backfil table=t", "table=t set=a=1", "Backfill table=t"])
  func misspelt(text: String) {
    #expect(plan([("V1__b.sql", "-- whimbrel: \(text)")]).problems.map(\.code) == [.invalidBackfill])
  }

  private static let line = #"-- whimbrel: backfill table=t set="a = 1" where="a IS NULL" batch=5"#

  @Test(
    "it needs a versioned migration without statements and without a transaction",
    arguments: [
      ([("V1__b.sql", "\(line)\nSELECT 1;")], "at line 2, column 1"),
      ([("V1__b.sql", "VACUUM; \(line)")], "at line 1, column 1"),
      ([("R__b.sql", line)], "only a versioned migration"), ([("B1__b.sql", line)], "only a versioned migration"),
      ([("beforeMigrate.sql", line)], "only a versioned migration"),
      ([("V1__b.sql", line), ("V1__b.sql.conf", "executeInTransaction=true")], "executeInTransaction=true"),
    ])
  func refused(files: [(String, String)], message: String) {
    let plan = plan(files)
    #expect(plan.problems.map(\.code) == [.invalidBackfill])
    #expect(plan.problems.first?.message.contains(message) == true, "\(plan.problems.map(\.message))")
  }

  @Test("several run in their order, beside directives of other kinds")
  func several() {
    let plan = plan([("V1__b.sql", "-- whimbrel: window=night\n\(Self.line)\n/* \(Self.line) */\n\(Self.line)")])
    #expect(!plan.isBlocked)
    #expect(plan.steps.first?.statements.map(\.line) == [2, 4])
  }

  @Test("what stands in literals and in the data of COPY is none")
  func elsewhere() {
    let plan = plan([("V1__b.sql", "SELECT '\n\(Self.line)';\nCOPY t FROM STDIN;\n\(Self.line)\n\\.\n")])
    #expect(!plan.isBlocked)
    #expect(plan.steps.first?.statements.map(\.backfill) == [nil, nil])
  }

  @Test("an applied one is not looked at, one that is pending is by validate too")
  func validate() {
    let bad = "-- whimbrel: backfill table=t"
    let set = MigrationSet.resolve(
      [("V1__b.sql", bad), ("V2__b.sql", bad)].map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) },
      settings: MigrationSettings())
    let overview = MigrationOverview(
      set: set, history: [.sql(1, "1", "b", checksum: set.versioned[0].checksum)], settings: MigrationSettings())
    let problems = PendingBackfills.problems(of: overview, settings: MigrationSettings())
    #expect(problems.map(\.version) == ["2"] && problems.map(\.code) == [.invalidBackfill])
  }
}
