import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("A connection that cannot be made", .statesCitus, .onRealParts)
struct ConnectionTests {
  private static let files = ["V1__one.sql": "CREATE TABLE one (id int);"]

  @Test("a wrong password stalls, shows nowhere, and heals when the Secret is corrected")
  func wrongPassword() async throws {
    try await World.withController(workers: 0) { world, controller in
      let wrong = "wr0ng-Passw0rd-\(world.namespace)"
      var credentials = world.credentials
      credentials["password"] = wrong
      try await world.kubectl.apply(SecretManifest("credentials", credentials))
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.more = ["retryInterval: 1h"] }
      let stalled = try await world.wait(forReason: "AuthenticationFailed")
      #expect(stalled.stalled?.status == "True" && stalled.reconciling == nil)
      #expect(stalled.condition("ClusterReady")?.reason == "AuthenticationFailed")
      let message = try #require(stalled.ready?.message)
      #expect(message.contains("127.0.0.1:\(world.cluster.port(of: .coordinator))/\(world.database.name)"))
      #expect(message.hasSuffix("correct the Secret that spec.cluster refers to, or the role in the database"))
      #expect(try await world.column("STATUS") == "Authentication failed")

      try await world.kubectl.apply(SecretManifest("credentials", world.credentials))
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql"])

      let shown = [
        try await world.kubectl("get", "cmig,events,leases", "-o", "yaml"), controller.output,
      ]
      for password in [wrong, world.credentials["password"] ?? wrong] {
        let encoded = Data(password.utf8).base64EncodedString()
        #expect(shown.allSatisfy { !$0.contains(password) && !$0.contains(encoded) })
      }
    }
  }

  @Test("an unknown host is named and tried again")
  func unknownHost() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.host = "{value: coordinator.does-not-exist.invalid}" }
      let waiting = try await world.wait(forReason: "DatabaseUnreachable")
      #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
      #expect(waiting.ready?.message.contains("coordinator.does-not-exist.invalid") == true)
      #expect(try await world.column("STATUS") == "Database unreachable")
      try await world.applyMigration()
      try await world.waitUntilReady()
    }
  }

  @Test("a port that refuses is named and tried again")
  func refusedPort() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.port = "{value: \"1\"}" }
      let waiting = try await world.wait(forReason: "DatabaseUnreachable")
      #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
      let message = try #require(waiting.ready?.message)
      #expect(message.contains("127.0.0.1:1/\(world.database.name)") && message.contains("refused"))
      try await world.applyMigration()
      try await world.waitUntilReady()
    }
  }

  @Test("a server whose certificate another authority signed is not believed, and heals with the right one")
  func otherAuthority() async throws {
    try await World.withController(workers: 0) { world, _ in
      // The authority of the API server: a real one, but not the database's.
      let encoded = try await world.kubectl(
        "config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}")
      let other = String(decoding: try #require(Data(base64Encoded: encoded)), as: UTF8.self)
      var credentials = world.credentials
      credentials["ca.crt"] = other
      try await world.kubectl.apply(SecretManifest("credentials", credentials))
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE encryption AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid();"
      ])
      try await world.applyMigration()
      let refused = try await world.wait(for: "the certificate is refused") { $0.ready?.status == "False" }
      let message = try #require(refused.ready?.message)
      #expect(message.contains("certificate verify failed"))
      #expect(refused.condition("ClusterReady")?.status == "False")

      try await world.kubectl.apply(SecretManifest("credentials", world.credentials))
      try await world.waitUntilReady()
      #expect(try await world.database.value("SELECT ssl FROM encryption") == "t")
    }
  }
}
