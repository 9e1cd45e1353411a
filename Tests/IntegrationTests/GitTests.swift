import TestSupport
import Testing

@Suite(
  "A Git repository", .statesCitus, .onRealParts,
  .enabled(if: GitWebServer.unavailableReason == nil, Comment(rawValue: GitWebServer.unavailableReason ?? "")))
struct GitTests {
  private static func source(_ url: String, _ more: String = "") -> String {
    "{git: {url: \"\(url)\", path: db, secretRef: {name: git}\(more)}}"
  }

  private static func applyCredentials(_ world: World, _ server: GitWebServer, password: String) async throws {
    try await world.kubectl.apply(
      SecretManifest(
        "git", ["username": GitWebServer.user, "password": password, "ca.crt": server.authority]))
  }

  @Test("is applied; what is pushed is found at its interval, and a look that finds nothing new asks once")
  func isApplied() async throws {
    try await GitWebServer.run { server in
      let repository = try await server.makeRepository("app")
      let first = try await repository.push(["db/V1__one.sql": "CREATE TABLE one (id int);"])
      let cache = try TemporaryDirectory()
      try await World.withController(workers: 0, ["--git-cache", cache.path + "/git"]) { world, controller in
        try await Self.applyCredentials(world, server, password: "one")
        try await world.applyMigration {
          $0.migrations = Self.source(server.url("app", below: "basic"), ", ref: {branch: main}, interval: 1s")
        }
        let ready = try await world.waitUntilReady()
        #expect(ready.status?.source?.revision == "git/db/main@sha1:\(first)")
        // Looks that find nothing: each is one listing, in the two requests of protocol 2, and nothing else.
        let looks = { controller.output.split(separator: "\n").count { $0.contains(" reconciled ") } }
        let (seen, asked) = (looks(), server.requests().count)
        _ = try await eventually("three more looks") { looks() >= seen + 3 ? true : nil }
        let (lookCount, requests) = (looks() - seen, server.requests().dropFirst(asked))
        #expect(requests.count { $0.hasPrefix("GET ") } <= lookCount + 1)
        #expect(requests.count { $0.hasPrefix("POST ") } <= lookCount + 1)
        #expect(requests.allSatisfy { $0.hasSuffix(" 200") }, "credentials go with the first request")
        let second = try await repository.push(["db/V2__two.sql": "CREATE TABLE two (id int);"])
        let after = try await world.wait(for: "version 2") {
          $0.status?.currentVersion == "2" && $0.ready?.status == "True"
        }
        #expect(after.status?.source?.revision == "git/db/main@sha1:\(second)")
        #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
        #expect(!controller.output.contains("Basic "))
      }
    }
  }

  @Test("whose credentials are refused is stalled until the Secret has others")
  func rotation() async throws {
    try await GitWebServer.run { server in
      let repository = try await server.makeRepository("app")
      try await repository.push(["db/V1__one.sql": "SELECT 1;"])
      try await World.withController(workers: 0) { world, controller in
        try await world.applyMigration {
          $0.migrations = Self.source(server.url("app", below: "basic"))
          $0.more = ["retryInterval: 1h"]
        }
        let missing = try await world.wait(forReason: "SourceNotFound")
        #expect(missing.ready?.message.contains("Secret 'git' of spec.migrations.git.secretRef does not exist") == true)
        try await Self.applyCredentials(world, server, password: "pl4nted-wrong")
        let stalled = try await world.wait(forReason: "SourceAuthenticationFailed")
        #expect(stalled.stalled?.status == "True" && stalled.condition("SourceReady")?.status == "False")
        #expect(stalled.ready?.message.contains("correct the Secret") == true)
        try await Self.applyCredentials(world, server, password: "one")
        try await world.waitUntilReady()
        let shown = try await world.kubectl("get", "cmig,events.v1.events.k8s.io", "-o", "yaml") + controller.output
        #expect(!shown.contains("pl4nted-wrong"))
      }
    }
  }

  @Test("that is asked for in vain is named, each case by its reason")
  func refused() async throws {
    try await GitWebServer.run { server in
      let repository = try await server.makeRepository("app")
      try await repository.push(["db/V1__one.sql": "CREATE TABLE stolen (id int);"])
      try await World.withController(workers: 0) { world, _ in
        try await Self.applyCredentials(world, server, password: "one")
        try await world.kubectl.apply(SecretManifest("keys", ["allowed_signers": "dev@example.com ssh-ed25519 AAAA"]))
        let cases = [
          ("SourceNotFound", Self.source(server.url("absent"))),
          ("SourceNotFound", Self.source(server.url("app"), ", ref: {tag: v1}")),
          ("SourceUnavailable", Self.source("https://127.0.0.1:1/app.git")),
          ("SourceNotVerified", Self.source(server.url("app"), ", verify: {mode: HEAD, secretRef: {name: keys}}")),
          ("InvalidSource", Self.source(server.url("app", below: "moved"))),
        ]
        for (index, (_, source)) in cases.enumerated() {
          try await world.applyMigration { ($0.name, $0.migrations) = ("app-\(index)", source) }
        }
        for (index, (reason, _)) in cases.enumerated() { try await world.wait(forReason: reason, "app-\(index)") }
        #expect(try await !world.exists("stolen"))
      }
    }
  }
}
