@testable import Controller
import Kubernetes
import Testing

@Suite("References and triggers")
struct ReferencesTests {
  private func object(_ change: (inout CitusMigrationSpec) -> Void = { _ in }) -> CitusMigration {
    var spec = Samples.spec()
    change(&spec)
    return CitusMigration(metadata: Samples.metadata(), spec: spec)
  }

  private func key(_ name: String, _ namespace: String = "dev") -> ObjectKey {
    ObjectKey(namespace: namespace, name: name)
  }

  @Test("a ConfigMap concerns a resource of its own namespace that names it or selects by label")
  func configMaps() {
    #expect(References.configMap(key("betting-migrations"), isUsedBy: object()))
    #expect(!References.configMap(key("other"), isUsedBy: object()))
    #expect(!References.configMap(key("betting-migrations", "prod"), isUsedBy: object()))
    let selecting = object {
      $0.migrations.configMap = .init(names: nil, selector: .init(matchLabels: ["a": "b"]))
    }
    #expect(References.configMap(key("whatever"), isUsedBy: selecting))
    #expect(!References.configMap(key("whatever", "prod"), isUsedBy: selecting))
    let directory = object { $0.migrations = MigrationsSpec(directory: .init(path: "a")) }
    #expect(!References.configMap(key("betting-migrations"), isUsedBy: directory))
  }

  @Test("a Secret concerns a resource that any field refers to it from")
  func secrets() {
    #expect(!References.secret(key("citus"), isUsedBy: object()))
    let changes: [(inout CitusMigrationSpec) -> Void] = [
      { $0.cluster.uri = Samples.reference("citus", "k") }, { $0.cluster.host = Samples.reference("citus", "k") },
      { $0.cluster.port = Samples.reference("citus", "k") }, { $0.cluster.database = Samples.reference("citus", "k") },
      { $0.cluster.username = Samples.reference("citus", "k") },
      { $0.cluster.password = Samples.reference("citus", "k") },
      { $0.cluster.tls = .init(mode: nil, ca: Samples.reference("citus", "k"), certificate: nil, key: nil) },
      { $0.cluster.tls = .init(mode: nil, ca: nil, certificate: Samples.reference("citus", "k"), key: nil) },
      { $0.cluster.tls = .init(mode: nil, ca: nil, certificate: nil, key: Samples.reference("citus", "k")) },
    ]
    for change in changes {
      #expect(References.secret(key("citus"), isUsedBy: object(change)))
      #expect(!References.secret(key("citus", "prod"), isUsedBy: object(change)))
      #expect(!References.secret(key("other"), isUsedBy: object(change)))
    }
  }

  @Test("a status, a label or another annotation asks for no new look; all else does")
  func triggers() {
    let before = object()
    func changed(_ change: (inout CitusMigration) -> Void) -> Bool {
      var after = before
      change(&after)
      return Trigger(after) != Trigger(before)
    }
    #expect(!changed { $0.status = Samples.fullStatus() })
    #expect(!changed { $0.metadata.resourceVersion = "9" })
    #expect(!changed { $0.metadata.labels["a"] = "b" })
    #expect(!changed { $0.metadata.annotations["a"] = "b" })
    #expect(changed { $0.metadata.generation = 4 })
    #expect(changed { $0.metadata.uid = "other" })
    #expect(changed { $0.metadata.deletionTimestamp = "2026-01-01T00:00:00Z" })
    #expect(changed { $0.metadata.annotations["whimbrel.dev/reconcile-at"] = "now" })
    #expect(changed { $0.metadata.annotations["reconcile.fluxcd.io/requestedAt"] = "now" })
  }

  @Test("the own annotation goes before Flux's, and a token is bounded")
  func tokens() {
    var object = object()
    #expect(Reconciler.reconcileToken(object) == nil)
    object.metadata.annotations["reconcile.fluxcd.io/requestedAt"] = "flux"
    #expect(Reconciler.reconcileToken(object) == "flux")
    object.metadata.annotations["whimbrel.dev/reconcile-at"] = String(repeating: "x", count: 5000)
    #expect(Reconciler.reconcileToken(object)?.count == 1024)
  }
}
