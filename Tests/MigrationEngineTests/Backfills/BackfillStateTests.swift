import Testing

@testable import MigrationEngine

@Suite("What a backfill does next")
struct BackfillStateTests {
  private typealias Part = BackfillState.Part
  private typealias Action = BackfillState.Action

  private func tenant(_ value: String, _ rows: Int, on shard: Int = 1) -> BackfillState.Tenant {
    BackfillState.Tenant(value: value, rows: rows, shard: shard)
  }

  /// In its first pass.
  private func begun(_ isDistributed: [Bool], batch: Int = 10) -> (state: BackfillState, action: BackfillState.Action) {
    var state = BackfillState(isDistributed: isDistributed, batch: batch)
    #expect(state.begin() == .look)
    let action = state.looked(true)
    return (state, action)
  }

  @Test("where no row matches nothing is done", arguments: [[false], [true], []])
  func nothing(isDistributed: [Bool]) {
    var state = BackfillState(isDistributed: isDistributed, batch: 10)
    #expect(state.begin() == .look)
    #expect(state.looked(false) == .finished)
    #expect(state.rows == 0)
  }

  @Test("a table without shards is gone through by its key, again as long as rows match")
  func plain() {
    var (state, action) = begun([false])
    #expect(action == .change(Part(table: 0)))
    #expect(state.changed(10, upTo: ["7"]) == .change(Part(table: 0, after: ["7"])))
    #expect(state.changed(3, upTo: nil) == .look)
    action = state.looked(true)
    #expect(action == .change(Part(table: 0)) && state.pass == 2)
    #expect(state.changed(1, upTo: nil) == .look)
    #expect(state.looked(false) == .finished)
    #expect(state.rows == 14)
  }

  @Test("partitions come one after the other")
  func partitions() {
    var (state, action) = begun([false, false])
    #expect(action == .change(Part(table: 0)))
    #expect(state.changed(0, upTo: nil) == .change(Part(table: 1)))
    action = state.changed(1, upTo: nil)
    #expect(action == .look)
  }

  @Test("small tenants of one shard share batches, a large one has its own")
  func sharing() {
    var (state, action) = begun([true])
    #expect(action == .readTenants(table: 0, after: nil))
    let found = [
      tenant("a", 4), tenant("b", 4, on: 2), tenant("c", 25), tenant("d", 5), tenant("e", 4), tenant("f", 6, on: 2),
    ]
    var actions = [state.read(found)]
    for _ in 0..<3 { actions.append(state.changed(1, upTo: nil)) }
    #expect(
      actions == [
        .change(Part(table: 0, tenants: ["c"], shard: 1)), .change(Part(table: 0, tenants: ["a", "d"], shard: 1)),
        .change(Part(table: 0, tenants: ["e"], shard: 1)), .change(Part(table: 0, tenants: ["b", "f"], shard: 2)),
      ])
    action = state.changed(1, upTo: nil)
    #expect(action == .look && state.tenants == 6)
    #expect(state.looked(true) == .readTenants(table: 0, after: nil))
    #expect(state.pass == 2 && state.tenants == 0)
  }

  @Test("a large tenant goes on behind its last key")
  func large() {
    var (state, _) = begun([true])
    #expect(state.read([tenant("c", 25)]) == .change(Part(table: 0, tenants: ["c"], shard: 1)))
    #expect(
      state.changed(10, upTo: ["c", "9"]) == .change(Part(table: 0, tenants: ["c"], shard: 1, after: ["c", "9"])))
    #expect(state.tenants == 0)
    #expect(state.changed(5, upTo: nil) == .look)
  }

  @Test("tenants are read a page at a time, and wait for others of their shard until the last page")
  func pages() {
    var (state, _) = begun([true], batch: 100_000)
    let page = (0..<BackfillState.page).map { tenant("\($0)", 1, on: $0 % 2) }
    #expect(state.read(page) == .readTenants(table: 0, after: "\(BackfillState.page - 1)"))
    guard case .change(let first) = state.read([tenant("z", 1, on: 0)]),
      case .change(let second) = state.changed(1, upTo: nil)
    else {
      Issue.record("no batch")
      return
    }
    #expect(first.tenants.count == BackfillState.page / 2 + 1 && first.tenants.last == "z")
    #expect(second.tenants.count == BackfillState.page / 2 && second.shard == 1)
  }

  @Test("a batch names no more tenants than a statement should hold")
  func longLists() {
    var (state, _) = begun([true], batch: 100_000)
    let page = (0..<BackfillState.page).map { tenant("\($0)", 1) }
    #expect(state.read(page) == .readTenants(table: 0, after: "\(BackfillState.page - 1)"))
    guard case .change(let part) = state.read([tenant("z", 1)]) else {
      Issue.record("no batch")
      return
    }
    #expect(part.tenants.count == BackfillState.sharing)
    #expect(state.changed(1, upTo: nil) == .change(Part(table: 0, tenants: ["z"], shard: 1)))
  }

  @Test("rows that match for ever end it")
  func endless() {
    var (state, action) = begun([false])
    while action != .endless, state.pass <= BackfillState.passes {
      action = state.changed(1, upTo: nil)
      #expect(action == .look)
      action = state.looked(true)
    }
    #expect(action == .endless && state.pass == BackfillState.passes)
  }
}
