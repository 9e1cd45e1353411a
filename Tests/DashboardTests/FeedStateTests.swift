import Kubernetes
import Testing

@testable import Controller
@testable import Dashboard

@Suite("What a reader of the board is told")
struct FeedStateTests {
  private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "shop-dev", name: name) }

  private func version(_ name: String, _ version: String) -> CitusMigration {
    resource("shop-dev", name) { $0.currentVersion = version }
  }

  private func board(_ state: inout FeedState, since id: String? = nil) throws -> BoardMessage {
    let message = state.board(since: id)
    return try #require(message)
  }

  @Test("everything at first, then only what has changed, of each card the latest alone")
  func changes() throws {
    var state = FeedState(epoch: "a")
    _ = state.set(key("one"), version("one", "1"))
    _ = state.set(key("two"), version("two", "1"))
    let whole = try board(&state)
    #expect(whole.isWhole && whole.cards.count == 2 && whole.layout?.rows.count == 2)
    let none = state.board(since: whole.id)
    #expect(none == nil)
    for number in 2...50 { _ = state.set(key("two"), version("two", "\(number)")) }
    let change = try board(&state, since: whole.id)
    #expect(!change.isWhole && change.layout == nil)
    #expect(change.cards.map(\.version) == ["50"])
  }

  @Test("what is gone is named, and the layout told anew")
  func removal() throws {
    var state = FeedState(epoch: "a")
    _ = state.set(key("one"), version("one", "1"))
    _ = state.set(key("two"), version("two", "1"))
    let first = try board(&state)
    let changes = [state.set(key("one"), nil), state.set(key("one"), nil)]
    #expect(changes == [true, false], "it was gone already")
    let change = try board(&state, since: first.id)
    #expect(change.removed == ["shop-dev/one"] && change.cards.isEmpty)
    #expect(change.layout?.rows.map(\.name) == ["two"])
  }

  @Test(
    "everything again for who knows nothing of this process, or too little",
    arguments: ["", "b-2", "a-x", "a-99999", "a-1", "a", "a-1-1", "-1"])
  func foreign(id: String) throws {
    var state = FeedState(epoch: "a")
    for number in 0...(FeedState.remembered + 5) {
      _ = state.set(key("n\(number)"), version("n\(number)", "1"))
      _ = state.set(key("n\(number)"), nil)
    }
    let message = try board(&state, since: id)
    #expect(message.isWhole)
  }

  @Test("a page has news when a stage of the same promotion has, and not when others have")
  func pages() {
    var state = FeedState(epoch: "a")
    let (dev, prod, other) = (
      ObjectKey(namespace: "shop-dev", name: "shop"), ObjectKey(namespace: "shop-prod", name: "shop"),
      ObjectKey(namespace: "else-dev", name: "else")
    )
    for key in [dev, prod, other] { _ = state.set(key, resource(key.namespace ?? "", key.name)) }
    let before = state.pageID(of: prod)
    _ = state.set(other, resource("else-dev", "else") { $0.currentVersion = "2" })
    let same = state.pageID(of: prod)
    #expect(before != nil && same == before)
    _ = state.set(dev, resource("shop-dev", "shop") { $0.currentVersion = "2" })
    let after = state.pageID(of: prod)
    #expect(after != before)
    let chain = state.chain(of: prod)
    #expect(chain.map(\.environment) == ["dev", "prod"] && chain.map(\.card.version) == ["2", nil])
    let none = state.pageID(of: ObjectKey(namespace: "x", name: "y"))
    #expect(none == nil)
  }
}
