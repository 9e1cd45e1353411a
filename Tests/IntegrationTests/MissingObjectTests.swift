import TestSupport
import Testing

@Suite("An object that is missing", .statesCitus, .onRealParts)
struct MissingObjectTests {
  private static let files = ["V1__one.sql": "CREATE TABLE one (id int);"]

  @Test("a ConfigMap is named, waited for, and used as soon as it is there")
  func configMap() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyMigration { $0.more = ["retryInterval: 1h"] }
      let waiting = try await world.wait(forReason: "SourceNotFound")
      let message =
        "ConfigMap 'migrations' does not exist in namespace '\(world.namespace)'; create it with the migrations"
      #expect(waiting.ready?.message.hasPrefix("\(message); waiting since ") == true)
      #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
      #expect(waiting.condition("SourceReady")?.status == "False")
      #expect(try await world.column("STATUS") == "Waiting for source")

      try await world.applyFiles(Self.files)
      let ready = try await world.waitUntilReady()
      #expect(ready.condition("SourceReady")?.status == "True")
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
    }
  }

  @Test("a Secret is named with the field that wants it, and used as soon as it is there")
  func secret() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.kubectl("delete", "secret", "credentials")
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.more = ["retryInterval: 1h"] }
      let waiting = try await world.wait(forReason: "SecretNotFound")
      let message =
        "spec.cluster.username: Secret 'credentials' does not exist in this namespace; create it with key 'username'"
      #expect(waiting.ready?.message.hasPrefix("\(message); waiting since ") == true)
      #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
      #expect(waiting.condition("ClusterReady")?.status == "False")
      #expect(try await world.column("STATUS") == "Waiting for Secret credentials")

      try await world.kubectl.apply(SecretManifest("credentials", world.credentials))
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
    }
  }

  @Test("a key of a Secret is named with the keys that are there, and used as soon as it is there")
  func key() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration {
        $0.password = "{secretKeyRef: {name: credentials, key: the-password}}"
        $0.more = ["retryInterval: 1h"]
      }
      let waiting = try await world.wait(forReason: "SecretNotFound")
      let message =
        "spec.cluster.password: Secret 'credentials' has no text under key 'the-password'; it has ca.crt, password, username"
      #expect(waiting.ready?.message.hasPrefix("\(message); waiting since ") == true)
      #expect(try await world.column("STATUS") == "Waiting for Secret credentials")

      var credentials = world.credentials
      credentials["the-password"] = credentials["password"]
      try await world.kubectl.apply(SecretManifest("credentials", credentials))
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
    }
  }
}
