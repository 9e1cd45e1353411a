import Reliability
import TestSupport
import Testing

@Suite("The verification of a fault run")
struct VerificationTests {
  static let workload = Workload(40, seed: 7)

  /// Evidence as it is when everything went well.
  static var clean: Evidence {
    var evidence = Evidence()
    for migration in workload.migrations {
      for part in 1...migration.parts {
        evidence.ledger.append(
          .init(version: migration.version, part: part, session: migration.version < 20 ? "11/1" : "12/1"))
      }
      evidence.tally += migration.tally
      evidence.history.append(
        .init(
          rank: migration.version, version: String(migration.script.dropFirst().prefix { $0 != "_" }),
          script: migration.script, checksum: FlywayRow.checksum(migration.text), user: "app", executionTime: 5,
          success: true))
      if let index = migration.index { evidence.validIndexes.insert(index) }
      if let index = migration.droppedIndex { evidence.validIndexes.remove(index) }
    }
    evidence.ready = "True Applied: all is well"
    evidence.currentVersion = "0040"
    evidence.pendingCount = 0
    evidence.leases = [.init(name: "whimbrel-leader", holder: "me"), .init(name: "whimbrel-app-1", holder: "")]
    evidence.identities = ["me", "other"]
    return evidence
  }

  struct Spoilt: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: Finding.Kind
    let spoil: @Sendable (inout Evidence) -> Void
  }

  static let cases = [
    Spoilt(testDescription: "a row of the ledger twice", kind: .double) { $0.ledger.append($0.ledger[30]) },
    Spoilt(testDescription: "a part that no migration has", kind: .double) {
      $0.ledger.append(.init(version: 2, part: 9, session: "12/1"))
    },
    Spoilt(testDescription: "a row of the ledger missing", kind: .loss) { $0.ledger.remove(at: 17) },
    Spoilt(testDescription: "counted once too often", kind: .double) { $0.tally += 1 },
    Spoilt(testDescription: "counted too rarely", kind: .loss) { $0.tally -= 1 },
    Spoilt(testDescription: "a row of the history missing", kind: .loss) { $0.history.remove(at: 5) },
    Spoilt(testDescription: "a script in the history twice", kind: .double) {
      var row = $0.history[5]
      row.rank = 41
      $0.history.append(row)
    },
    Spoilt(testDescription: "a rank twice", kind: .history) { $0.history[5].rank = $0.history[4].rank },
    Spoilt(testDescription: "a failed row", kind: .history) { $0.history[5].success = false },
    Spoilt(testDescription: "a success that is still under way", kind: .history) { $0.history[5].executionTime = -3 },
    Spoilt(testDescription: "another checksum", kind: .history) { $0.history[5].checksum = 1 },
    Spoilt(testDescription: "another role", kind: .history) { $0.history[5].user = "somebody" },
    Spoilt(testDescription: "versions out of order", kind: .history) {
      ($0.history[5].rank, $0.history[6].rank) = ($0.history[6].rank, $0.history[5].rank)
      $0.history.swapAt(5, 6)
    },
    Spoilt(testDescription: "a session that comes back", kind: .fencing) {
      $0.ledger[$0.ledger.count - 1].session = "11/1"
    },
    Spoilt(testDescription: "an index missing", kind: .loss) { $0.validIndexes.removeFirst() },
    Spoilt(testDescription: "an index that was dropped", kind: .leftOver) {
      $0.validIndexes.formUnion(VerificationTests.workload.migrations.compactMap(\.droppedIndex))
    },
    Spoilt(testDescription: "an invalid index", kind: .leftOver) { $0.brokenIndexes = ["placed_9"] },
    Spoilt(testDescription: "a lock", kind: .leftOver) { $0.locks = ["pid 7"] },
    Spoilt(testDescription: "a prepared transaction", kind: .leftOver) { $0.preparedTransactions = ["citus_0_1"] },
    Spoilt(testDescription: "an open transaction", kind: .leftOver) { $0.openTransactions = ["pid 7"] },
    Spoilt(testDescription: "a Lease of a target", kind: .leftOver) { $0.leases[1].holder = "me" },
    Spoilt(testDescription: "leadership of one who is dead", kind: .leftOver) { $0.leases[0].holder = "ghost" },
    Spoilt(testDescription: "not Ready", kind: .state) { $0.ready = "False LeaseHeld: wait" },
    Spoilt(testDescription: "something pending", kind: .state) { $0.pendingCount = 1 },
    Spoilt(testDescription: "an old version", kind: .state) { $0.currentVersion = "0039" },
  ]

  @Test("finds nothing wrong where nothing is")
  func clean() {
    let verification = Verification(Self.workload, users: ["app"])
    #expect(verification.findings(Self.clean).isEmpty)
    #expect(verification.findingsUnderway(Self.clean).isEmpty)
    #expect(Set(Self.workload.migrations.map(\.kind)) == Set(Workload.Kind.allCases), "every kind is judged")
  }

  @Test("finds each thing that must not be", arguments: cases)
  func spoilt(example: Spoilt) {
    var evidence = Self.clean
    example.spoil(&evidence)
    let findings = Verification(Self.workload, users: ["app"]).findings(evidence)
    #expect(findings.contains { $0.kind == example.kind }, "\(findings)")
  }

  @Test("in the middle of the work what is still to come is no loss, and a double is a double")
  func underway() {
    var evidence = Self.clean
    evidence.ledger.removeLast(20)
    evidence.history.removeLast(10)
    evidence.history[evidence.history.count - 1].success = false
    evidence.ready = "False Reconciling: applying"
    let verification = Verification(Self.workload, users: ["app"])
    #expect(verification.findingsUnderway(evidence).isEmpty)
    evidence.ledger.append(evidence.ledger[3])
    #expect(verification.findingsUnderway(evidence).map(\.kind).contains(.double))
  }
}
