import TestSupport
import Testing

@Suite("A spec that breaks a rule", .statesCitus, .onRealParts)
struct SpecTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rule: String
    let change: @Sendable (inout MigrationManifest) -> Void
  }

  static let cases = [
    Case(testDescription: "two sources", rule: "exactly one of configMap, directory, git and fluxSource must be set") {
      $0.migrations = "{configMap: {names: [migrations]}, directory: {path: betting}}"
    },
    Case(testDescription: "no source", rule: "exactly one of configMap, directory, git and fluxSource must be set") {
      $0.migrations = "{}"
    },
    Case(testDescription: "names and selector", rule: "exactly one of names and selector must be set") {
      $0.migrations = "{configMap: {names: [migrations], selector: {matchLabels: {a: b}}}}"
    },
    Case(testDescription: "uri and parts", rule: "set uri, or host with database and username") {
      $0.tls = "{mode: verify-full}\n    uri: {value: \"postgresql://u@h/d\"}"
    },
    Case(testDescription: "a value twice", rule: "exactly one of value and secretKeyRef must be set") {
      $0.username = "{value: me, secretKeyRef: {name: credentials, key: username}}"
    },
    Case(testDescription: "a path upwards", rule: "stay below the migrations root") {
      $0.migrations = "{directory: {path: betting/../../etc}}"
    },
    Case(testDescription: "a certificate without key", rule: "certificate and key go together") {
      $0.tls = "{mode: verify-full, certificate: {value: x}}"
    },
    Case(testDescription: "an interval of nothing", rule: "at least 1s") { $0.more = ["interval: 0s"] },
  ]

  // An API server of version 1.25 or newer refuses these at once, by the rules in the definition; an older one lets
  // them in, and the controller refuses them.
  @Test("is refused with the rule and the path of the field, and nothing is applied")
  func isRefused() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE must_not_be (id int);"])
      for (index, example) in Self.cases.enumerated() {
        let name = "case-\(index)"
        do {
          try await world.applyMigration {
            $0.name = name
            example.change(&$0)
          }
        } catch let error as Kubectl.Failure {
          #expect(error.description.contains(example.rule), "\(example.testDescription)")
          continue
        }
        let stalled = try await world.wait(forReason: "InvalidSpec", name)
        let message = try #require(stalled.ready?.message)
        #expect(message.contains(example.rule) && message.contains("spec."), "\(example.testDescription): \(message)")
        #expect(stalled.stalled?.status == "True" && stalled.reconciling == nil)
        #expect(try await world.column("STATUS", name) == "Invalid spec")
      }
      #expect(try await !world.exists("must_not_be"))
    }
  }

  @Test("heals when it is corrected")
  func heals() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration { $0.more = ["flyway: {target: \"not a version\"}"] }
      let stalled = try await world.wait(forReason: "InvalidSpec")
      #expect(stalled.ready?.message.hasPrefix("spec.flyway.target: ") == true)
      try await world.applyMigration()
      let ready = try await world.waitUntilReady()
      #expect(ready.stalled == nil)
      #expect(ready.status?.observedGeneration == ready.metadata.generation)
    }
  }

  @Test("cannot reach a Secret of another namespace")
  func otherNamespace() async throws {
    try await World.withController(workers: 0) { world, controller in
      let other = try await KubernetesCluster.shared().makeNamespace()
      try await other.apply(SecretManifest("elsewhere", world.credentials))
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE must_not_be (id int);"])
      let references = [
        "name: elsewhere, namespace: \(other.namespace)", "name: \(other.namespace)/elsewhere",
        "name: ../../\(other.namespace)/secrets/elsewhere",
      ]
      for (index, reference) in references.enumerated() {
        var manifest = MigrationManifest(world.database)
        manifest.name = "case-\(index)"
        manifest.workers = "{expected: 0}"
        manifest.password = "{secretKeyRef: {\(reference), key: password}}"
        do {
          // Without the check of kubectl the server has the last word: it drops what the definition does not know.
          try await world.kubectl("apply", "--validate=false", "-f", "-", input: manifest.text)
        } catch let error as Kubectl.Failure {
          #expect(error.description.contains("secretKeyRef"), "refused by the API server")
          continue
        }
        let refused = try await world.wait(for: "not ready", manifest.name) { $0.ready?.status == "False" }
        let reason = try #require(refused.ready?.reason)
        #expect(["SecretNotFound", "SecretUnavailable", "InvalidSpec"].contains(reason), "\(reference): \(reason)")
      }
      #expect(try await !world.exists("must_not_be"))
      #expect(!controller.output.contains(world.credentials["password"] ?? ""))
    }
  }
}
