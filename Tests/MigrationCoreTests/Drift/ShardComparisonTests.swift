import MigrationCore
import Testing

@Suite("Shards beside their tables")
struct ShardComparisonTests {
  private typealias Part = ShardComparison.Part

  private static let placement = ShardComparison.Placement(
    shard: 102_008, node: "w1:5432", table: "16400", name: "public.bets")
  private static let table = [
    Part(kind: "column", name: "id", text: "bigint not null"), Part(kind: "column", name: "note", text: "text"),
    Part(kind: "constraint", name: "bets_pkey", text: "PRIMARY KEY (id)"),
    Part(kind: "index", name: "bets_note", text: "btree (note)"),
    Part(kind: "table", name: "", text: "row security off"),
  ]

  private func texts(_ change: (inout [Part]) -> Void) -> [String] {
    var shard = Self.table
    change(&shard)
    return ShardComparison.differences(Self.placement, table: Self.table, shard: shard).map(\.text)
  }

  @Test("equal ones differ in nothing, in whatever order")
  func equal() {
    #expect(texts { $0.reverse() }.isEmpty)
  }

  @Test("what is on one side only, or otherwise, is named with the place")
  func different() {
    let place = "on w1:5432 shard 102008"
    #expect(
      texts { $0.append(Part(kind: "column", name: "extra", text: "integer")) } == [
        "column public.bets.extra \(place) is there and should not be"
      ])
    #expect(texts { $0.removeAll { $0.kind == "index" } } == ["index public.bets_note \(place) is missing"])
    #expect(
      texts { $0[3] = Part(kind: "index", name: "bets_note", text: "btree (note) not valid") } == [
        "index public.bets_note \(place) changed: btree (note) expected, btree (note) not valid found"
      ])
    #expect(
      texts { $0[4] = Part(kind: "table", name: "", text: "row security on") } == [
        "table public.bets \(place) changed: row security off expected, row security on found"
      ])
    #expect(
      ShardComparison.differences(Self.placement, table: Self.table, shard: nil).map(\.text) == [
        "table public.bets \(place) is missing"
      ])
  }

  @Test("a long name that Citus has shortened on the shard is the same")
  func shortened() {
    let long = String(repeating: "long_index_name_", count: 4)
    let table = [Part(kind: "index", name: String(long.prefix(60)), text: "btree (a)")]
    let shard = [Part(kind: "index", name: long.prefix(45) + "_0a1b2c3d", text: "btree (a)")]
    #expect(ShardComparison.differences(Self.placement, table: table, shard: shard).isEmpty)
  }

  @Test("two indexes whose names begin alike are told apart by what they are")
  func alike() {
    let two = [
      Part(kind: "index", name: "bets_tenant_a", text: "btree (a)"),
      Part(kind: "index", name: "bets_tenant_b", text: "btree (b)"),
    ]
    let found = ShardComparison.differences(Self.placement, table: two, shard: [two[1]])
    #expect(found.map(\.text) == ["index public.bets_tenant_a on w1:5432 shard 102008 is missing"])
  }

  @Test("those whose digest is not their table's are looked at, those of a silent node are not")
  func suspects() {
    let silent = ShardComparison.Placement(shard: 2, node: "w2:5432", table: "1", name: "public.a")
    let right = ShardComparison.Placement(shard: 3, node: "w1:5432", table: "1", name: "public.a")
    let wrong = ShardComparison.Placement(shard: 4, node: "w1:5432", table: "1", name: "public.a")
    let absent = ShardComparison.Placement(shard: 5, node: "w1:5432", table: "1", name: "public.a")
    let found = ShardComparison.suspects(
      [silent, right, wrong, absent], expected: ["1": "x"], found: ["w1:5432": [3: "x", 4: "y"]])
    #expect(found == [wrong, absent])
  }

  @Test("the same on several shards is told once, with the number of places")
  func merged() {
    let key = DriftObject.Key(.column, "public.bets.extra")
    let all = (1...3).map { DriftDifference(key, node: "w1:5432 shard \($0)", .unexpected, actual: "integer") }
    let other = DriftDifference(key, node: "w2:5432 shard 9", .unexpected, actual: "text")
    #expect((all + [other]).merged.map(\.node) == ["w1:5432 shard 1 and 2 more", "w2:5432 shard 9"])
  }
}
