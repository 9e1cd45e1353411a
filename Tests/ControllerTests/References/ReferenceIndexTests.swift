@testable import Controller
import Kubernetes
import Testing

@Suite("ReferenceIndex")
struct ReferenceIndexTests {
  private func object(
    _ name: String = "betting", _ namespace: String = "dev", _ change: (inout CitusMigrationSpec) -> Void = { _ in }
  ) -> CitusMigration {
    var spec = Samples.spec()
    change(&spec)
    return CitusMigration(metadata: Samples.metadata(name, namespace: namespace), spec: spec)
  }

  private func key(_ name: String, _ namespace: String = "dev") -> ObjectKey {
    ObjectKey(namespace: namespace, name: name)
  }

  private func index(_ objects: CitusMigration...) -> ReferenceIndex {
    var index = ReferenceIndex()
    for object in objects { index.set(object.key, object) }
    return index
  }

  private func selecting(_ name: String, _ labels: [String: String]) -> CitusMigration {
    object(name) { $0.migrations.configMap = .init(names: nil, selector: .init(matchLabels: labels)) }
  }

  @Test("a ConfigMap concerns a resource of its own namespace that names it")
  func configMapByName() {
    var index = index(
      object(), object("other", "prod"), object("folder") { $0.migrations = .init(directory: .init(path: "a")) })
    #expect(index.changed(configMap: key("betting-migrations"), labels: [:]) == [key("betting")])
    #expect(index.changed(configMap: key("betting-migrations", "prod"), labels: nil) == [key("other", "prod")])
    #expect(index.changed(configMap: key("unused"), labels: [:]).isEmpty)
    #expect(index.changed(configMap: key("betting-migrations", "test"), labels: [:]).isEmpty)
  }

  @Test("a ConfigMap concerns a resource whose selector it fits, or fitted before the change")
  func configMapByLabel() {
    var index = index(
      selecting("one", ["a": "1"]), selecting("both", ["a": "1", "b": "2"]), selecting("none", ["c": "3"]))
    #expect(index.changed(configMap: key("m"), labels: ["a": "1", "x": "y"]) == [key("one")])
    #expect(index.changed(configMap: key("m"), labels: ["a": "1", "b": "2"]) == [key("one"), key("both")])
    #expect(index.changed(configMap: key("m"), labels: ["b": "2"]) == [key("one"), key("both")])
    #expect(index.changed(configMap: key("m"), labels: ["b": "2"]).isEmpty)
    #expect(index.changed(configMap: key("m"), labels: ["a": "1"]) == [key("one")])
    #expect(index.changed(configMap: key("m"), labels: nil) == [key("one")], "it went")
    #expect(index.changed(configMap: key("m"), labels: nil).isEmpty)
    #expect(index.changed(configMap: key("m", "prod"), labels: ["a": "1"]).isEmpty)
  }

  @Test("a selector without labels concerns every ConfigMap of the namespace")
  func emptySelector() {
    var index = index(selecting("all", [:]))
    #expect(index.changed(configMap: key("m"), labels: nil) == [key("all")])
    #expect(index.changed(configMap: key("m", "prod"), labels: nil).isEmpty)
  }

  @Test("a Secret concerns a resource that any field refers to it from")
  func secrets() {
    #expect(index(object()).users(ofSecret: key("citus")).isEmpty)
    let changes: [(inout CitusMigrationSpec) -> Void] = [
      { $0.cluster.uri = Samples.reference("citus", "k") }, { $0.cluster.host = Samples.reference("citus", "k") },
      { $0.cluster.port = Samples.reference("citus", "k") }, { $0.cluster.database = Samples.reference("citus", "k") },
      { $0.cluster.username = Samples.reference("citus", "k") },
      { $0.cluster.password = Samples.reference("citus", "k") },
      { $0.cluster.tls = .init(mode: nil, ca: Samples.reference("citus", "k"), certificate: nil, key: nil) },
      { $0.cluster.tls = .init(mode: nil, ca: nil, certificate: Samples.reference("citus", "k"), key: nil) },
      { $0.cluster.tls = .init(mode: nil, ca: nil, certificate: nil, key: Samples.reference("citus", "k")) },
      { $0.migrations = MigrationsSpec(git: Samples.git { $0.secretRef = .init(name: "citus") }) },
      {
        $0.migrations = MigrationsSpec(
          git: Samples.git { $0.verify = .init(mode: nil, secretRef: .init(name: "citus")) })
      },
    ]
    for change in changes {
      let index = index(object("betting", "dev", change))
      #expect(index.users(ofSecret: key("citus")) == [key("betting")])
      #expect(index.users(ofSecret: key("citus", "prod")).isEmpty)
      #expect(index.users(ofSecret: key("other")).isEmpty)
    }
  }

  @Test("what a resource no longer refers to concerns it no more, and a resource that is gone is forgotten")
  func changesAndDeletion() {
    var index = index(object() { $0.cluster.uri = Samples.reference("old", "k") })
    index.set(
      key("betting"),
      object() {
        $0.cluster.uri = Samples.reference("new", "k")
        $0.migrations.configMap = .init(names: nil, selector: .init(matchLabels: ["a": "1"]))
      })
    #expect(index.users(ofSecret: key("old")).isEmpty)
    #expect(index.users(ofSecret: key("new")) == [key("betting")])
    #expect(index.changed(configMap: key("betting-migrations"), labels: [:]).isEmpty)
    #expect(index.changed(configMap: key("m"), labels: ["a": "1"]) == [key("betting")])
    index.set(key("betting"), nil)
    #expect(index.users(ofSecret: key("new")).isEmpty)
    #expect(index.changed(configMap: key("m"), labels: ["a": "1"]).isEmpty)
  }

  @Test("a change among 10,000 resources and 10,000 ConfigMaps costs what it touches")
  func many() {
    var index = ReferenceIndex()
    for number in 0..<10_000 {
      let object = object("app-\(number)") {
        $0.migrations.configMap = .init(names: ["map-\(number)"], selector: nil)
        $0.cluster.uri = Samples.reference("secret-\(number)", "k")
      }
      index.set(object.key, object)
    }
    let clock = ContinuousClock()
    let time = clock.measure {
      for number in 0..<10_000 {
        #expect(index.changed(configMap: key("map-\(number)"), labels: ["a": "\(number)"]) == [key("app-\(number)")])
      }
    }
    // A walk over all resources for each change takes minutes.
    #expect(time < .seconds(20))
  }
}
