import Testing

@testable import Controller
@testable import Dashboard

@Suite("A card on the board")
struct BoardCardTests {
  private static let gate = GateStatus(
    reason: "Soaking", message: "12 min of 30 min", until: "2026-01-02T04:00:00Z", held: 2)

  struct Row: Sendable, CustomTestStringConvertible {
    let state: BoardState
    let word: String
    let resource: CitusMigration

    var testDescription: String { "\(state): \(word)" }
  }

  static let rows = [
    Row(state: .unseen, word: "Not looked at yet", resource: resource()),
    Row(state: .unseen, word: "Not looked at yet", resource: resource { $0.leaderEpoch = 3 }),
    Row(
      state: .applied, word: "Applied",
      resource: resource {
        $0.summary = "Applied"
        $0.conditions = [condition(.ready, "True", .applied)]
      }),
    Row(
      state: .held, word: "Soaking",
      resource: resource {
        $0.summary = "Soaking"
        $0.gate = gate
        $0.conditions = [condition(.ready, "False", .soaking), condition(.reconciling, "True", .soaking)]
      }),
    Row(
      state: .held, word: "Applied",
      resource: resource {
        $0.summary = "Applied"
        $0.gate = gate
        $0.conditions = [condition(.ready, "True", .upToDateWithHeldMigrations)]
      }),
    Row(
      state: .applying, word: "Applying 3/5",
      resource: resource {
        $0.summary = "Applying 3/5"
        $0.gate = gate
        $0.conditions = [condition(.ready, "False", .applying), condition(.reconciling, "True", .applying)]
      }),
    Row(
      state: .waiting, word: "Waiting",
      resource: resource {
        $0.conditions = [
          condition(.ready, "False", .databaseUnreachable), condition(.reconciling, "True", .databaseUnreachable),
        ]
      }),
    Row(
      state: .stalled, word: "Failed V7",
      resource: resource {
        $0.summary = "Failed V7"
        $0.conditions = [condition(.ready, "False", .migrationFailed), condition(.stalled, "True", .migrationFailed)]
      }),
    Row(
      state: .suspended, word: "Suspended",
      resource: resource(suspend: true) {
        $0.summary = "Applied"
        $0.conditions = [condition(.ready, "True", .applied)]
      }),
  ]

  @Test("says in one word where the resource stands", arguments: rows)
  func states(row: Row) {
    let card = BoardCard(row.resource)
    #expect(card.state == row.state)
    #expect(card.word == row.word)
  }

  @Test("a spec that cannot be read needs a person, and says what is wrong")
  func brokenSpec() {
    var broken = resource()
    broken.spec = nil
    broken.specProblem = "cluster.workers: 'expected' is missing"
    let card = BoardCard(broken)
    #expect(card.state == .stalled)
    #expect(card.why == "cluster.workers: 'expected' is missing")
  }

  @Test("says why and until when something waits, and cuts what is long")
  func reasons() {
    let held = BoardCard(
      resource {
        $0.gate = Self.gate
        $0.conditions = [condition(.gateOpen, "False", .soaking, at: "2026-01-01T00:00:00Z")]
      })
    #expect(held.why == "12 min of 30 min")
    #expect(held.since == "2026-01-01T00:00:00Z")
    #expect(held.until == "2026-01-02T04:00:00Z")
    let long = BoardCard(
      resource { $0.conditions = [condition(.stalled, "True", .migrationFailed, String(repeating: "x", count: 5000))] })
    #expect(long.why?.count == BoardCard.whyLength)
    #expect(long.why?.hasSuffix("…") == true)
  }

  @Test("names workers only where some are missing")
  func workers() {
    func card(_ ready: Int) -> BoardCard {
      BoardCard(
        resource {
          $0.cluster = ClusterStatus(target: "t", workers: "\(ready)/2", workersReady: ready, workersExpected: 2)
        })
    }
    #expect(card(2).workers == nil)
    #expect(card(1).workers == "1/2")
  }
}
