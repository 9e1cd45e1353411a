import Kubernetes
import Testing

@testable import Controller
@testable import Dashboard

@Suite("The layout of the board")
struct BoardLayoutTests {
  private func layout(_ resources: CitusMigration...) -> BoardLayout {
    BoardLayout(resources.map { BoardPlacement($0) })
  }

  @Test(
    "the environment comes from the label, else from a word of the namespace, else from one of the name",
    arguments: [
      ("shop-dev", "shop", nil, "dev"), ("dev-infra", "betting-platform", nil, "dev"),
      ("production", "shop", nil, "prod"),
      ("team.stg", "shop", nil, "staging"), ("team", "shop-qa", nil, "qa"), ("shop-dev", "shop", "prod", "prod"),
      ("shop-dev", "shop", "Production", "prod"), ("shop", "shop", "canary", "canary"), ("devices", "prodigy", nil, ""),
      ("shop-prod", "shop-dev", nil, "prod"), ("shop-dev", "shop", "", "dev"),
    ] as [(String, String, String?, String)])
  func environments(namespace: String, name: String, label: String?, environment: String) {
    let labels = label.map { ["whimbrel.dev/environment": $0] } ?? [:]
    #expect(BoardPlacement(resource(namespace, name, labels: labels)).environment == environment)
  }

  @Test("what differs by the word for its environment alone shares a row, in the customary order of columns")
  func words() {
    let layout = layout(
      resource("shop-prod", "shop"), resource("shop-dev", "shop"), resource("shop-staging", "shop"),
      resource("other-dev", "shop"), resource("misc", "tool"))
    #expect(layout.columns == ["dev", "staging", "prod", ""])
    #expect(
      layout.rows == [
        BoardLayout.Row(name: "shop", group: "other", cells: [["other-dev/shop"], [], [], []]),
        BoardLayout.Row(
          name: "shop", group: "shop", cells: [["shop-dev/shop"], ["shop-staging/shop"], ["shop-prod/shop"], []]),
        BoardLayout.Row(name: "tool", group: "misc", cells: [[], [], [], ["misc/tool"]]),
      ])
  }

  @Test("what names each other in `after` shares a row whatever it is called, and `after` orders the columns")
  func chains() {
    let label = BoardPlacement.label
    let layout = layout(
      resource("z", "first", labels: [label: "zone-z"]),
      resource("a", "second", labels: [label: "zone-a"], after: [("z", "first")]),
      resource("m", "third", labels: [label: "zone-m"], after: [("a", "second"), ("gone", "away")]))
    #expect(layout.columns == ["zone-z", "zone-a", "zone-m"])
    #expect(layout.rows.map(\.cells) == [[["z/first"], ["a/second"], ["m/third"]]])
    #expect(layout.row(of: "a/second").map(\.environment) == ["zone-z", "zone-a", "zone-m"])
    #expect(layout.row(of: "x/none").isEmpty)
  }

  @Test("an upstream of another cluster is no place on this board, and one without a namespace is in the own one")
  func upstreams() {
    var far = resource("shop-prod", "shop", after: [(nil, "base"), ("x", "y")])
    far.spec?.promotion?.after?[1].kubeConfig = PromotionSpec.SecretValueSpec(
      secretKeyRef: ValueSpec.SecretKeySpec(name: "k", key: "k"))
    #expect(BoardPlacement(far).upstreams == [ObjectKey(namespace: "shop-prod", name: "base")])
  }

  @Test("a circle in `after` ends in some order, with everything on the board")
  func circle() {
    let layout = layout(
      resource("a-dev", "x", after: [("a-prod", "x")]), resource("a-prod", "x", after: [("a-dev", "x")]))
    #expect(layout.columns == ["dev", "prod"])
    #expect(layout.rows.count == 1)
  }

  @Test("nothing makes an empty board, and one without environments a single column")
  func edges() {
    #expect(layout().columns.isEmpty && layout().rows.isEmpty)
    #expect(layout(resource("a", "b"), resource("c", "d")).columns == [""])
  }
}
