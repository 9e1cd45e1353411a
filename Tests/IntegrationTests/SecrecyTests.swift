import FoundationEssentials
import HTTP
import TestSupport
import Testing

@Suite("Secrets", .statesCitus, .onRealParts)
struct SecrecyTests {
  /// A role of the test's own, whose password is the planted secret, and a URI with it.
  private struct Planted {
    let role: String
    let password: String
    let wrong: String
    let uri: String
    let wrongURI: String

    init(_ world: World) async throws {
      let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
      role = "planted_\(suffix)"
      password = "Pl4nted+\(suffix)/=&"
      wrong = "Wr0ng+\(suffix)/=&"
      let escape = { (text: String) in
        text.utf8.map { byte in
          Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
            ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
      }
      let place = "127.0.0.1:\(world.cluster.port(of: .coordinator))/\(world.database.name)"
      uri = "postgresql://\(role):\(escape(password))@\(place)"
      wrongURI = "postgresql://\(role):\(escape(wrong))@\(place)"
      try await world.database.run("CREATE ROLE \(role) LOGIN SUPERUSER PASSWORD '\(password)'")
    }

    /// The forms in which a secret could show: as it is, in base64, and as part of an address.
    var forms: [String] {
      [password, wrong].flatMap { secret in [secret, Data(secret.utf8).base64EncodedString()] }
        + [uri, wrongURI].flatMap { uri in
          [uri, Data(uri.utf8).base64EncodedString(), String(uri.split(separator: "@")[0].split(separator: ":")[2])]
        }
    }
  }

  @Test(
    "of a database show in no log, status, Event, metric, Lease or session, whatever goes well or wrong",
    arguments: ["text", "json"])
  func shownNowhere(format: String) async throws {
    try await World.with(workers: 0) { world in
      let planted = try await Planted(world)
      let literal = "l1teral-\(planted.role)"
      var shown: [String: String] = [:]
      let arguments = ["--log-level", "trace", "--log-format", format, "--operations-address", "127.0.0.1:0"]
      _ = try await world.runController(arguments) { controller in
        try await live(world, planted, literal: literal)
        let address = try #require(Self.operationsAddress(controller.output))
        shown["metrics"] = try await Self.metrics(address)
        shown["log"] = controller.output
        shown["objects"] = try await world.kubectl("get", "cmig,leases", "-o", "yaml")
        shown["events"] = try await world.kubectl("get", "events.v1.events.k8s.io,events.v1.", "-o", "yaml")
        shown["sessions"] = try await world.database.lines(
          "SELECT application_name || ' ' || query FROM pg_stat_activity WHERE usename = '\(planted.role)'"
        ).joined(separator: "\n")
        shown["history"] = try await world.database.lines("SELECT h::text FROM flyway_schema_history h")
          .joined(separator: "\n")
      }
      try await world.database.run("ALTER ROLE \(planted.role) NOLOGIN PASSWORD NULL")
      for (place, text) in shown {
        // Looking is only worth something where there is something to see.
        if place != "sessions" { #expect(text.count > 50, "\(place)") }
        for form in planted.forms { #expect(!text.contains(form), "\(form) shows in the \(place)") }
        // A session shows its own statement, to those who may see that.
        if place != "sessions" { #expect(!text.contains(literal), "a literal of a statement shows in the \(place)") }
      }
      let token = try await world.kubectl(
        "config", "view", "--raw", "-o", "jsonpath={.users[?(@.name==\"whimbrel-token\")].user.token}")
      #expect(shown.values.allSatisfy { token.isEmpty || !$0.contains(token) })
    }
  }

  /// A run that goes well, one that fails on data, and a password that is wrong.
  private func live(_ world: World, _ planted: Planted, literal: String) async throws {
    func secret(_ uri: String) -> SecretManifest {
      SecretManifest("address", ["uri": uri, "ca.crt": world.credentials["ca.crt"] ?? ""])
    }
    try await world.kubectl.apply(secret(planted.uri))
    var files = ["V1__one.sql": "CREATE TABLE one (id int, name text UNIQUE);"]
    try await world.applyFiles(files)
    let resource = """
      apiVersion: whimbrel.dev/v1alpha1
      kind: CitusMigration
      metadata: {name: app}
      spec:
        migrations: {configMap: {names: [migrations]}}
        cluster:
          uri: {secretKeyRef: {name: address, key: uri}}
          tls: {mode: verify-full, ca: {secretKeyRef: {name: address, key: ca.crt}}}
          workers: {expected: 0}
        retryInterval: 1s
      """
    try await world.kubectl.apply(resource)
    try await world.waitUntilReady()
    files["V2__two.sql"] = "INSERT INTO one VALUES (1, '\(literal)');"
    try await world.applyFiles(files)
    try await world.wait(for: "version 2") { $0.status?.currentVersion == "2" }
    files["V3__three.sql"] = "INSERT INTO one (id, name) VALUES (2, '\(literal)');"
    try await world.applyFiles(files)
    try await world.wait(forReason: "MigrationFailed")
    files["V3__three.sql"] = "SELECT '\(literal)'::int;"
    try await world.applyFiles(files)
    try await world.wait(for: "the other failure") { $0.ready?.message.contains("22P02") == true }
    try await world.kubectl.apply(secret(planted.wrongURI))
    try await world.wait(forReason: "AuthenticationFailed")
  }

  /// Where the endpoints listen, as the log tells it.
  private static func operationsAddress(_ log: String) -> String? {
    guard let key = log.firstRange(of: "operations.port") else { return nil }
    return "127.0.0.1:" + log[key.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber }
  }

  private static func metrics(_ address: String) async throws -> String {
    let client = HTTPClient()
    let response = try await client.send(HTTPRequest(method: "GET", url: "http://\(address)/metrics"))
    let body = try await response.body.collect(upTo: 4 << 20)
    await client.close()
    return String(decoding: body, as: UTF8.self)
  }
}
