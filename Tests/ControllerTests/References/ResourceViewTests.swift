@testable import Controller
import Kubernetes
import Testing

@Suite("ResourceView")
struct ResourceViewTests {
  private let key = ObjectKey(namespace: "dev", name: "betting")

  private func object(_ change: (inout CitusMigration) -> Void = { _ in }) -> CitusMigration {
    var object = CitusMigration(metadata: Samples.metadata(), spec: Samples.spec())
    change(&object)
    return object
  }

  @Test("a new resource, and one whose trigger changed, is looked at; one that only has another status is not")
  func resources() {
    var view = ResourceView()
    #expect(view.changed(resource: key, object()) == .look([key]))
    #expect(view.changed(resource: key, object { $0.status = Samples.fullStatus() }) == .none)
    #expect(view.changed(resource: key, object { $0.metadata.generation = 9 }) == .look([key]))
  }

  @Test("a resource that went is forgotten, one that was made anew in between is cancelled and looked at")
  func identity() {
    var view = ResourceView()
    #expect(view.changed(resource: key, nil) == .none)
    _ = view.changed(resource: key, object())
    #expect(view.changed(resource: key, object { $0.metadata.uid = "another" }) == .replaced(key))
    #expect(view.changed(resource: key, nil) == .gone(key))
    #expect(view.changed(resource: key, object()) == .look([key]))
  }

  @Test("a ConfigMap or Secret asks for looks at those that use it, and at nothing when nobody does")
  func references() {
    var view = ResourceView()
    _ = view.changed(resource: key, object { $0.spec?.cluster.uri = Samples.reference("citus", "k") })
    let map = ObjectKey(namespace: "dev", name: "betting-migrations")
    #expect(view.changed(configMap: map, labels: [:]) == .look([key]))
    #expect(view.changed(configMap: ObjectKey(namespace: "dev", name: "other"), labels: [:]) == .none)
    #expect(view.changed(secret: ObjectKey(namespace: "dev", name: "citus")) == .look([key]))
    _ = view.changed(resource: key, nil)
    #expect(view.changed(configMap: map, labels: nil) == .none)
    #expect(view.changed(secret: ObjectKey(namespace: "dev", name: "citus")) == .none)
  }

  @Test(
    "those that come after a resource are looked at when what it has applied changes, and not at each step of a run")
  func upstream() {
    var view = ResourceView()
    let follower = ObjectKey(namespace: "dev", name: "follower")
    _ = view.changed(
      resource: follower,
      object {
        $0.metadata.name = "follower"
        $0.spec?.promotion = PromotionSpec(after: [.init(name: "betting")])
      })
    #expect(view.changed(upstream: key, object()) == .look([follower]), "it came")
    #expect(view.changed(upstream: key, object { $0.status = CitusMigrationStatus() }) == .none)
    #expect(view.changed(upstream: key, object { $0.status = Samples.fullStatus() }) == .look([follower]))
    let running = object {
      $0.status = Samples.fullStatus()
      $0.status?.summary = "Applying 2/3"
    }
    #expect(view.changed(upstream: key, running) == .none)
    #expect(view.changed(upstream: key, nil) == .look([follower]), "it went")
    #expect(view.changed(upstream: ObjectKey(namespace: "uat", name: "betting"), object()) == .none)
    _ = view.changed(resource: follower, nil)
    #expect(view.changed(upstream: key, object()) == .none)
  }

  @Test("a Secret that gates refer to asks for a look")
  func promotionSecret() {
    var view = ResourceView()
    _ = view.changed(
      resource: key,
      object {
        $0.spec?.promotion = PromotionSpec(
          after: [.init(name: "app", kubeConfig: .init(secretKeyRef: .init(name: "far", key: "config")))])
      })
    #expect(view.changed(secret: ObjectKey(namespace: "dev", name: "far")) == .look([key]))
    #expect(view.changed(upstream: ObjectKey(namespace: "dev", name: "app"), object()) == .none, "of another cluster")
  }
}
