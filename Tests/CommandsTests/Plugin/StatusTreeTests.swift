@testable import Commands
@testable import Controller
import Support
import Testing

@Suite("What kubectl whimbrel shows")
struct StatusTreeTests {
  private static let plain = Terminal(isTerminal: false, columns: nil, color: .never, environment: [:])
  private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

  private func ago(_ seconds: Int) -> String { Self.now.advanced(by: .seconds(-seconds)).rfc3339 }

  private func text(_ resource: CitusMigration, wide: Bool = false) -> String {
    StatusTree(resource: resource, now: Self.now, isWide: wide).tree.render(on: Self.plain)
  }

  private func condition(_ type: ConditionType, _ status: String, _ reason: String, _ message: String) -> Condition {
    Condition(type: type.rawValue, status: status, lastTransitionTime: ago(180), reason: reason, message: message)
  }

  @Test("a resource that nobody has looked at says so")
  func fresh() {
    #expect(text(resource { _ in }) == "dev/app  NotReady  not looked at yet\n")
  }

  @Test("a failed run shows script, line, column, state and hint, and the tree closes its branches")
  func failed() {
    let shown = text(
      resource {
        $0.summary = "Failed V2"
        $0.conditions = [condition(.stalled, "True", "MigrationFailed", "V2 failed")]
        $0.source = SourceStatus(revision: "configmap/m", digest: "d", scripts: 1)
        $0.lastRun = RunStatus(
          id: "r", startedAt: ago(3600), finishedAt: nil, outcome: "Failed", holder: "pod_1",
          steps: [
            RunStepStatus(
              version: "2", script: "V2__b.sql", checksum: 1, state: "Failed", durationMilliseconds: 1500,
              error: StepErrorStatus(
                sqlState: "42P01", message: "relation \"x\" does not exist", script: "V2__b.sql", line: 3, column: 4,
                hint: "make it"))
          ])
      })
    #expect(
      shown == """
        dev/app  Stalled  Failed V2
        ├── stalled   MigrationFailed: V2 failed, since 3m
        ├── source    configmap/m, 1 script
        └── run       Failed, began 60m ago, by pod_1
            └── V2__b.sql  Failed  1.5 s
                ├── V2__b.sql:3:4  relation "x" does not exist (SQLSTATE 42P01)
                └── hint: make it

        """)
  }

  @Test("a backfill that is under way shows its rows")
  func backfill() {
    let shown = text(
      resource {
        $0.summary = "Applying 1/1"
        $0.lastRun = RunStatus(
          id: "r", startedAt: ago(60), outcome: "Running", holder: "pod_1",
          steps: [
            RunStepStatus(
              version: "2", script: "V2__b.sql", checksum: 1, state: "Running",
              backfill: BackfillStatus(
                table: "app.users", rowsDone: 120, rowsEstimated: 2500, position: "pass 1, shard 102010"))
          ])
      })
    #expect(shown.contains("└── backfill of app.users: 120 of about 2500 rows, pass 1, shard 102010"), "\(shown)")
  }

  @Test("a long plan is cut and counted, unless wide is asked for")
  func cut() {
    let pending = resource {
      $0.currentVersion = "1"
      ($0.appliedCount, $0.pendingCount) = (1, 150)
      $0.plan = PlanStatus(
        digest: "abc",
        steps: (2...101).map {
          PlanStepStatus(
            version: "\($0)", description: "d", script: "V\($0)__d.sql", checksum: 1, transactional: $0 > 2)
        })
    }
    let short = text(pending).split(separator: "\n")
    #expect(short.count == 12, "the root, the version, eight migrations, the rest, the digest")
    #expect(short[1] == "└── version   1, 1 applied, 150 pending")
    #expect(short[2] == "    ├── V2__d.sql  outside a transaction" && short[3] == "    ├── V3__d.sql")
    #expect(short[10] == "    ├── 142 more" && short[11] == "    └── plan abc")
    #expect(text(pending, wide: true).split(separator: "\n").count == 104)
  }

  @Test("what comes from outside cannot speak to a terminal or fake a line")
  func hostile() {
    let shown = text(
      resource {
        $0.summary = "x\u{1B}[2J"
        $0.gate = GateStatus(reason: "Frozen", message: "a\nb\u{202E}", until: nil, held: 1)
      })
    #expect(!shown.contains("\u{1B}") && !shown.contains("\u{202E}"))
    #expect(shown.split(separator: "\n").count == 2 && shown.contains("a\\nb\\u{202e}"))
  }

  @Test("the table names what holds each resource", arguments: [true, false])
  func table(hasNamespace: Bool) {
    let resources = [
      resource {
        $0.summary = "Applied"
        $0.conditions = [condition(.ready, "True", "Applied", "all applied")]
        ($0.currentVersion, $0.pendingCount) = ("7", 0)
      },
      resource {
        $0.summary = "Waiting for workers 1/2"
        $0.conditions = [condition(.reconciling, "True", "WaitingForWorkers", "1 of 2")]
      },
    ]
    let lines = StatusTable(resources: resources, now: Self.now, hasNamespace: hasNamespace).text(on: Self.plain)
      .split(separator: "\n").map(String.init)
    let lead = hasNamespace ? ["NAMESPACE   ", "dev         ", "dev         "] : ["", "", ""]
    #expect(
      lines == [
        lead[0] + "NAME   STATE      STATUS                    VERSION   PENDING   WHY",
        lead[1] + "app    Ready      Applied                   7         0         ",
        lead[2] + "app    NotReady   Waiting for workers 1/2                       1 of 2",
      ])
  }

  @Test(
    "ages are as kubectl shows them", arguments: [(0, "0s"), (119, "119s"), (120, "2m"), (7200, "2h"), (172_800, "2d")])
  func age(seconds: Int, text: String) {
    #expect(AgeText.text(from: Self.now.advanced(by: .seconds(-seconds)), to: Self.now) == text)
    #expect(AgeText.text(from: Self.now.advanced(by: .seconds(5)), to: Self.now) == "0s")
  }
}
