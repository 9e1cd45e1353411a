import FoundationEssentials
import HTTP
import Subprocess
import TestSupport
import Testing

@Suite("A webhook", .onRealParts, .statesCitus)
struct WebhookTests {
  private static let token = "correct-horse-battery-staple"
  private static let webhook = ["--webhook-address", "127.0.0.1:0"]

  /// The webhook endpoint of a controller.
  struct Endpoint {
    let url: String

    init(_ controller: RunningProcess) async throws {
      let port = try await eventually("the port in the log", lastState: { controller.output }) {
        controller.output.firstMatch(of: /webhook\.port=(\d+)/).map { String($0.1) }
      }
      url = "http://127.0.0.1:\(port)"
    }

    func call(_ path: String, _ headers: [(String, String)], body: String) async throws -> Int {
      let client = HTTPClient()
      let status = try await client.send(
        HTTPRequest(
          method: "POST", url: url + path, headers: headers, body: Array(body.utf8), totalTimeout: .seconds(60))
      ).status
      await client.close()
      return status
    }
  }

  static func signature(_ body: String, _ token: String) async throws -> String {
    let result = try await Subprocess.run(
      .name("openssl"), arguments: ["dgst", "-sha256", "-hmac", token, "-hex"], input: .string(body),
      output: .string(limit: 4096), error: .discarded)
    return "sha256=" + (try #require(result.standardOutput.split(separator: " ").last)).prefix { $0.isHexDigit }
  }

  private static func annotation(_ world: World) async throws -> String {
    try await world.kubectl(
      "get", "cmig", "app", "-o", #"jsonpath={.metadata.annotations.whimbrel\.dev/reconcile-at}"#)
  }

  @Test("asks for a look at once, on the replica that leads and on the one that does not, and only with the secret")
  func replicas() async throws {
    try await World.with(workers: 0) { world in
      try await world.kubectl.apply(SecretManifest("hook", ["token": Self.token]))
      try await world.applyFiles(Trace.files(2))
      try await world.applyMigration {
        $0.more = ["interval: 1h", "webhook: {type: github, secretRef: {name: hook}}"]
      }
      let body = #"{"ref":"refs/heads/main","repository":{"full_name":"a/b"}}"#
      let signature = try await Self.signature(body, Self.token)
      let path = "/hooks/\(world.namespace)/app"
      _ = try await world.runController(Self.webhook) { leader in
        try await world.waitUntilReady()
        _ = try await world.runController(Self.webhook) { follower in
          try await follower.waitForOutput("controller started")
          var last = ""
          for process in [leader, follower] {
            let endpoint = try await Endpoint(process)
            let wrong = try await endpoint.call(path, [("X-Hub-Signature-256", signature)], body: body + " ")
            let absent = try await endpoint.call(path + "s", [("X-Hub-Signature-256", signature)], body: body)
            #expect([wrong, absent] == [401, 401])
            #expect(try await Self.annotation(world) == last)
            let right = try await endpoint.call(
              path, [("X-Hub-Signature-256", signature), ("X-GitHub-Event", "push")], body: body)
            #expect(right == 202)
            let now = try await Self.annotation(world)
            #expect(now != last && !now.isEmpty)
            last = now
            try await world.wait(for: "the look of \(now)") { $0.status?.lastHandledReconcileAt == now }
          }
          // Another secret counts at once, the old one no longer.
          try await world.kubectl.apply(SecretManifest("hook", ["token": Self.token + "-2"]))
          let endpoint = try await Endpoint(follower)
          let new = try await Self.signature(body, Self.token + "-2")
          _ = try await eventually("the new secret is known") {
            try await endpoint.call(path, [("X-Hub-Signature-256", new)], body: body) == 202 ? true : nil
          }
          let old = try await endpoint.call(path, [("X-Hub-Signature-256", signature)], body: body)
          #expect(old == 401)
          #expect(!leader.output.contains(Self.token) && !follower.output.contains(Self.token))
        }
      }
    }
  }

  @Test("with a secret that can be guessed is none, and the log says why")
  func shortSecret() async throws {
    try await World.with(workers: 0) { world in
      try await world.kubectl.apply(SecretManifest("hook", ["token": "short"]))
      try await world.applyMigration { $0.more = ["webhook: {type: gitlab, secretRef: {name: hook}}"] }
      _ = try await world.runController(Self.webhook) { controller in
        let endpoint = try await Endpoint(controller)
        try await controller.waitForOutput("controller started")
        let answer = try await endpoint.call("/hooks/\(world.namespace)/app", [("X-Gitlab-Token", "short")], body: "")
        #expect(answer == 401)
        try await controller.waitForOutput("its Secret needs a key 'token' of at least 16 bytes")
      }
    }
  }
}
