import MigrationCore
import Testing

@testable import MigrationEngine

@Suite("What became of a statement on an index")
struct SettlementTests {
  private static let index = StatementFacts.ConcurrentIndex(
    action: .create, isUnique: false, isConditional: false, name: ObjectName(schema: nil, name: "i"),
    table: ObjectName(schema: nil, name: "t"))
  private static let create = StatementFacts.Settling.createIndex(index)
  private static let drop = StatementFacts.Settling.dropIndex(index)
  private static let missing = IndexLook.Finding()
  private static let valid = IndexLook.Finding(state: .valid("i"))
  private static let invalid = IndexLook.Finding(state: .invalid("i"))
  private static let odd = IndexLook.Shards(isInStep: false, drops: ["odd"])

  @Test(
    "it is done, not done or half done by what was there before and is there now",
    arguments: [
      (create, missing, missing, Settlement.notDone), (create, missing, valid, .done),
      (create, missing, invalid, .half("index i was left behind, invalid", commands: ["DROP INDEX CONCURRENTLY i"])),
      (create, valid, valid, .notDone), (create, invalid, invalid, .notDone),
      (
        create, missing, IndexLook.Finding(state: .valid("i"), shards: odd),
        .half("index i is valid, but not on all shards", commands: ["DROP INDEX CONCURRENTLY i"])
      ),
      (
        create, missing, IndexLook.Finding(shards: odd),
        .half("the coordinator does not have the index, but some shards do", commands: ["odd"])
      ),
      (drop, valid, missing, .done), (drop, valid, valid, .notDone), (drop, valid, invalid, .notDone),
      (.reindex(index), missing, missing, .notDone),
      (
        .reindex(index), missing, IndexLook.Finding(leftOvers: ["i_ccnew"]),
        .half("the rebuilding left i_ccnew behind", commands: ["DROP INDEX CONCURRENTLY i_ccnew"])
      ), (.runAgain, missing, missing, .notDone),
    ])
  func judge(
    settling: StatementFacts.Settling, before: IndexLook.Finding, after: IndexLook.Finding, expected: Settlement
  ) {
    #expect(Settlement.judge(settling, before: before, after: after) == expected)
  }

  @Test("without a name, or without knowing what was there before, nothing is guessed")
  func unknown() {
    for finding in [IndexLook.Finding(isNamed: false), Self.valid] {
      guard case .half = Settlement.judge(Self.create, before: nil, after: finding) else {
        Issue.record("\(finding)")
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
      ("VACUUM", false), ("BEGIN", true),
    ])
  func session(sql: String, isUnclear: Bool) throws {
    let statements = try StatementSplitter.split(sql)
    #expect(SessionTrace.isUnclear(after: statements) == isUnclear)
    #expect(SessionTrace.replayable(statements).count == (sql.hasPrefix("SET") ? 1 : 0))
  }
}
