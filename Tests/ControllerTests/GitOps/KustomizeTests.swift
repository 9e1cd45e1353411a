@testable import Controller
import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite("kustomize")
struct KustomizeTests {
  private static let resource = """
    apiVersion: whimbrel.dev/v1alpha1
    kind: CitusMigration
    metadata: {name: app}
    spec:
      migrations: {configMap: {names: [fixed, migrations]}}
      webhook: {type: github, secretRef: {name: credentials}}
      cluster:
        uri: {secretKeyRef: {name: credentials, key: uri}}
        host: {secretKeyRef: {name: credentials, key: host}}
        port: {secretKeyRef: {name: credentials, key: port}}
        database: {secretKeyRef: {name: credentials, key: database}}
        username: {secretKeyRef: {name: credentials, key: username}}
        password: {secretKeyRef: {name: elsewhere, key: password}}
        tls:
          ca: {secretKeyRef: {name: credentials, key: ca}}
          certificate: {secretKeyRef: {name: credentials, key: certificate}}
          key: {secretKeyRef: {name: credentials, key: key}}
        workers: {expected: 2}
    """

  @Test("carries the hashes of generated ConfigMaps and Secrets over to all references, and leaves other names alone")
  func references() async throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.resource, to: "app.yaml")
    try directory.write(try Checkout.text("manifests/kustomize/nameReference.yaml"), to: "nameReference.yaml")
    try directory.write("SELECT 1;", to: "V1__a.sql")
    try directory.write(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources: [app.yaml]
      configurations: [nameReference.yaml]
      configMapGenerator: [{name: migrations, files: [V1__a.sql]}]
      secretGenerator: [{name: credentials, literals: [username=app]}]
      """, to: "kustomization.yaml")
    let objects = try await Kustomize.build(directory.path)
    func object(_ kind: String) throws -> YAMLNode {
      try #require(objects.first { $0["kind"]?.scalar?.text == kind })
    }
    let map = try #require(try object("ConfigMap")["metadata"]?["name"]?.scalar?.text)
    let secret = try #require(try object("Secret")["metadata"]?["name"]?.scalar?.text)
    #expect(map.hasPrefix("migrations-") && secret.hasPrefix("credentials-"))
    let spec = try #require(try object("CitusMigration")["spec"])
    let names = spec["migrations"]?["configMap"]?["names"]
    #expect(names?[0]?.scalar?.text == "fixed" && names?[1]?.scalar?.text == map)
    #expect(spec["webhook"]?["secretRef"]?["name"]?.scalar?.text == secret)
    let cluster = try #require(spec["cluster"])
    func name(_ field: YAMLNode?) -> String? { field?["secretKeyRef"]?["name"]?.scalar?.text }
    for field in ["uri", "host", "port", "database", "username"] { #expect(name(cluster[field]) == secret, "\(field)") }
    for field in ["ca", "certificate", "key"] { #expect(name(cluster["tls"]?[field]) == secret, "tls.\(field)") }
    #expect(name(cluster["password"]) == "elsewhere")
  }

  @Test(
    "makes of the promotion example's overlays resources that the controller takes, with the gates of each",
    .enabled("\(Kubectl.needsCurrentKustomize)") { try await Kubectl.hasCurrentKustomize() },
    arguments: [("dev", 0, false), ("staging", 1, false), ("prod", 1, true)])
  func promotionExample(environment: String, upstreams: Int, isManual: Bool) async throws {
    let objects = try await Kustomize.build("\(TestSupport.Checkout.path)/examples/promotion/overlays/\(environment)")
    #expect(objects.allSatisfy { $0["metadata"]?["namespace"]?.scalar?.text == "shop-\(environment)" })
    let node = try #require(objects.first { $0["kind"]?.scalar?.text == "CitusMigration" }?["spec"])
    let spec = try YAMLDecoder().decode(CitusMigrationSpec.self, from: node)
    _ = try SpecReading(spec)
    #expect((spec.promotion?.after ?? []).count == upstreams)
    #expect((spec.promotion?.approval == "Manual") == isManual)
    #expect((spec.promotion?.windows ?? []).count == (isManual ? 1 : 0))
  }

  @Test("is told of every field of the schema that names a Secret")
  func complete() throws {
    let text = try Checkout.text("manifests/kustomize/nameReference.yaml")
    let paths = Set(text.matches(of: /path: (spec\/[A-Za-z\/]+)\/name\}/).map { String($0.1) })
    var found: Set<String> = []
    func walk(_ node: YAMLNode, _ path: String) {
      guard case .mapping(let entries)? = node["properties"]?.content else {
        if let items = node["items"] { walk(items, path) }
        return
      }
      for entry in entries {
        let below = "\(path)/\(entry.key)"
        if ["secretKeyRef", "secretRef"].contains(entry.key) { found.insert(below) }
        walk(entry.value, below)
      }
    }
    walk(try Schema.part("spec").node, "spec")
    #expect(found.count >= 10)
    #expect(paths == found)
  }
}
