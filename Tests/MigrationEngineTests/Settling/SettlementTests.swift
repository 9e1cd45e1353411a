import MigrationCore
import Testing

@testable import MigrationEngine

@Suite("What became of a statement that was under way")
struct SettlementTests {
  private static let index = StatementFacts.ConcurrentIndex(
    action: .create, isUnique: false, isConditional: false, name: ObjectName(schema: nil, name: "i"),
    table: ObjectName(schema: nil, name: "t"))
  private static let create = StatementFacts.Settling.createIndex(index)
  private static let drop = StatementFacts.Settling.dropIndex(index)
  private static let missing = IndexLook.Finding(name: "i")
  private static let valid = IndexLook.Finding(name: "i", state: .valid("s.i"))
  private static let invalid = IndexLook.Finding(name: "i", state: .invalid("s.i"))
  private static let partly = IndexLook.Finding(name: "i", state: .valid("s.i"), isOnAllShards: false)
  private static let strays = IndexLook.Finding(name: "i", strays: ["s.i_102008"])
  private static let rebuild = Settlement.tidy(
    index: "s.i", drops: ["DROP INDEX CONCURRENTLY IF EXISTS s.i"], strays: [], isDone: false)

  private static let removal = Settlement.tidy(
    index: "s.i", drops: ["DROP INDEX CONCURRENTLY IF EXISTS s.i"], strays: [], isDone: true)

  @Test(
    "it follows from what is there now",
    arguments: [
      (create, missing, Settlement.again), (create, valid, .done), (create, invalid, rebuild),
      (create, partly, rebuild),
      (create, strays, .tidy(index: "i", drops: [], strays: ["s.i_102008"], isDone: false)),
      (drop, missing, .done), (drop, valid, .again), (drop, invalid, removal), (drop, partly, removal),
      (drop, strays, .tidy(index: "i", drops: [], strays: ["s.i_102008"], isDone: true)),
      (.reindex(index), missing, .again),
      (
        .reindex(index), IndexLook.Finding(strays: ["s.i_102008_ccnew"], leftOvers: ["s.i_ccnew", "s.i_ccold1"]),
        .tidy(
          index: "s.i_ccnew, s.i_ccold1, s.i_102008_ccnew",
          drops: ["s.i_ccnew", "s.i_ccold1"].map { "DROP INDEX CONCURRENTLY IF EXISTS \($0)" },
          strays: ["s.i_102008_ccnew"], isDone: false)
      ), (.runAgain, missing, .again),
    ])
  func judge(settling: StatementFacts.Settling, finding: IndexLook.Finding, expected: Settlement) {
    #expect(Settlement.judge(settling, finding) == expected)
  }

  @Test("without a name, and for what nothing tells, nothing is guessed")
  func unknown() {
    for (settling, finding) in [(Self.create, IndexLook.Finding(isNamed: false)), (.ambiguous, Self.missing)] {
      guard case .undecided = Settlement.judge(settling, finding) else {
        Issue.record("\(settling)")
        continue
      }
    }
  }

  @Test(
    "what a script leaves in its session is told from what it leaves in the database",
    arguments: [
      ("SET x.y = '1'; CREATE INDEX CONCURRENTLY i ON t (a)", false), ("CREATE TABLE t (a int)", false),
      ("CREATE TEMP TABLE t (a int)", true), ("SELECT set_config('a.b', 'c', false)", true),
      ("PREPARE p AS SELECT 1", true),
      ("VACUUM", false), ("BEGIN", true), ("BEGIN; INSERT INTO t VALUES (1); COMMIT", false),
      ("BEGIN; COMMIT; BEGIN", true), ("BEGIN; COMMIT AND CHAIN", true), ("CALL p()", true),
      ("SELECT create_distributed_table('t', 'a')", false),
    ])
  func session(sql: String, isUnclear: Bool) throws {
    let statements = try StatementSplitter.split(sql)
    #expect(SessionTrace.isUnclear(after: statements) == isUnclear)
    #expect(SessionTrace.replayable(statements).count == (sql.hasPrefix("SET") ? 1 : 0))
  }
}
