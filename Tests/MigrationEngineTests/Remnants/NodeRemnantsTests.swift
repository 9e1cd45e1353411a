import Testing

@testable import MigrationEngine

@Suite("Telling whose session or transaction on a node is")
struct NodeRemnantsTests {
  private static func judged(_ remnants: NodeRemnants) -> NodeRemnants {
    remnants.withoutLiving(node: 1, group: "0", processes: ["41", "42"])
  }

  @Test(
    "a session is left over only where its process of this coordinator is gone",
    arguments: [
      ("citus_internal gpid=10000000041", false), ("citus_internal gpid=10000000099", true),
      ("citus_run_command gpid=10000000099", true), ("citus_internal gpid=20000000099", false),
      ("citus_internal gpid=none", false), ("citus_internal", false), ("", false),
    ])
  func session(_ name: String, isLeft: Bool) {
    #expect(Self.judged(NodeRemnants(sessions: [name])).sessions == (isLeft ? [name] : []))
  }

  @Test("where the coordinator's number is not known, none is")
  func unknownNode() {
    let found = NodeRemnants(sessions: ["citus_internal gpid=10000000099"])
    #expect(found.withoutLiving(node: nil, group: "0", processes: []) == NodeRemnants())
  }

  @Test(
    "a prepared transaction is left over only where its session of this coordinator is gone",
    arguments: [
      ("citus_0_42_7_1", false), ("citus_0_99_7_1", true), ("citus_3_99_7_1", false), ("citus_0_99_7", false),
      ("other", false),
    ])
  func transaction(_ name: String, isLeft: Bool) {
    #expect(Self.judged(NodeRemnants(transactions: [name])).transactions == (isLeft ? [name] : []))
  }
}
