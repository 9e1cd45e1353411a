import HTTP
import Logging
@testable import Operations
import Subprocess
import Support
import TestSupport
import Testing

@Suite("The webhook endpoint")
struct WebhookServerTests {
  static let token = "0123456789abcdef0123456789abcdef"

  /// A server with one resource for each kind, and what it was asked to look at.
  final class Fixture: Sendable {
    let looks = Guarded<[String]>([])
    let answers = Guarded(true)
    let server: WebhookServer
    private let http = HTTPClient()

    let statuses = Guarded<[Int]>([])

    init(_ limits: WebhookLimits = WebhookLimits(), isReady: Bool = true) throws {
      let address = try #require(OperationsAddress("127.0.0.1:0"))
      let handler = WebhookHandler(
        isReady: { isReady },
        secret: { target in
          guard target.namespace == "dev", let kind = WebhookKind(rawValue: target.name) else { return nil }
          return WebhookSecret(kind: kind, token: Redacted(Array(WebhookServerTests.token.utf8)))
        },
        reconcile: { [looks, answers] target in
          looks.withLock { $0.append(target.name) }
          return answers.withLock { $0 }
        })
      var logger = Logger(label: "test")
      logger.logLevel = .error
      server = WebhookServer(
        address: address, handler: handler, limits: limits, logger: logger,
        observer: { [statuses] status in statuses.withLock { $0.append(status) } })
    }

    static func run(
      _ limits: WebhookLimits = WebhookLimits(), isReady: Bool = true, _ body: (Fixture) async throws -> Void
    ) async throws {
      let fixture = try Fixture(limits, isReady: isReady)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await fixture.server.run() }
        _ = try await eventually("the server listens", every: .milliseconds(5)) { fixture.server.port }
        try await body(fixture)
        group.cancelAll()
        do { try await group.waitForAll() } catch is CancellationError {}
      }
      await fixture.http.close()
    }

    var url: String { "http://127.0.0.1:\(server.port ?? 0)" }

    func call(
      _ path: String, method: String = "POST", _ headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> (status: Int, text: String) {
      let response = try await http.send(
        HTTPRequest(
          method: method, url: url + path, headers: headers, body: method == "POST" ? body : nil,
          totalTimeout: .seconds(60)))
      return (response.status, String(decoding: try await response.body.collect(upTo: 1 << 16), as: UTF8.self))
    }
  }

  /// What openssl makes of a body and a key.
  static func signature(_ body: [UInt8], key: String = token) async throws -> String {
    let result = try await Subprocess.run(
      .name("openssl"), arguments: ["dgst", "-sha256", "-hmac", key, "-hex"], input: .array(body),
      output: .string(limit: 4096), error: .discarded)
    let digits = try #require(result.standardOutput.split(separator: " ").last)
    return "sha256=" + digits.prefix { $0.isHexDigit }
  }

  private static let body = Array(#"{"ref": "refs/heads/main", "text": "grüezi"}"#.utf8)

  @Test("takes a call that openssl has signed, by each kind's header, and asks for a look")
  func accepted() async throws {
    let signature = try await Self.signature(Self.body)
    try await Fixture.run { fixture in
      let github = try await fixture.call(
        "/hooks/dev/github", [("X-Hub-Signature-256", signature), ("X-GitHub-Event", "push")], body: Self.body)
      #expect(github.status == 202 && github.text == "accepted\n")
      let gitlab = try await fixture.call("/hooks/dev/gitlab?x=y", [("X-Gitlab-Token", Self.token)], body: Self.body)
      #expect(gitlab.status == 202)
      let generic = try await fixture.call("/hooks/dev/generic-hmac", [("x-signature", signature)], body: Self.body)
      #expect(generic.status == 202)
      #expect(fixture.looks.withLock { $0 } == ["github", "gitlab", "generic-hmac"])
      let ping = try await fixture.call(
        "/hooks/dev/github", [("X-Hub-Signature-256", signature), ("X-GitHub-Event", "ping")], body: Self.body)
      #expect(ping.status == 200 && ping.text == "pong\n")
      #expect(fixture.looks.withLock { $0.count } == 3)
      #expect(fixture.statuses.withLock { $0 } == [202, 202, 202, 200])
    }
  }

  @Test("refuses with the same words what is not signed, signed otherwise, or for a resource that there is not")
  func refused() async throws {
    let right = try await Self.signature(Self.body)
    let wrongKey = try await Self.signature(Self.body, key: "another")
    let otherBody = try await Self.signature(Self.body + [32])
    let calls: [(String, [(String, String)])] = [
      ("/hooks/dev/github", []), ("/hooks/dev/github", [("X-Hub-Signature-256", wrongKey)]),
      ("/hooks/dev/github", [("X-Hub-Signature-256", otherBody)]), ("/hooks/dev/github", [("X-Hub-Signature-256", "")]),
      ("/hooks/dev/github", [("X-Hub-Signature-256", String(right.dropLast()))]),
      ("/hooks/dev/github", [("X-Hub-Signature-256", right + "0")]),
      ("/hooks/dev/github", [("X-Hub-Signature-256", right), ("X-Hub-Signature-256", right)]),
      ("/hooks/dev/github", [("X-Hub-Signature", right)]), ("/hooks/dev/github", [("X-Signature", right)]),
      ("/hooks/dev/github", [("X-Gitlab-Token", Self.token)]),
      ("/hooks/dev/github", [("X-Hub-Signature-256", wrongKey), ("X-GitHub-Event", "ping")]),
      ("/hooks/dev/gitlab", [("X-Gitlab-Token", String(Self.token.dropLast()))]),
      ("/hooks/dev/gitlab", [("X-Gitlab-Token", "")]), ("/hooks/dev/gitlab", [("X-Hub-Signature-256", right)]),
      ("/hooks/dev/generic-hmac", [("X-Signature", wrongKey)]),
      ("/hooks/dev/absent", [("X-Hub-Signature-256", right)]), ("/hooks/dev/absent", []),
      ("/hooks/prod/github", [("X-Hub-Signature-256", right)]), ("/hooks/dev/absent", [("X-Gitlab-Token", Self.token)]),
    ]
    try await Fixture.run { fixture in
      for (path, headers) in calls {
        let answer = try await fixture.call(path, headers, body: Self.body)
        #expect(answer.status == 401, "\(path) \(headers)")
        #expect(answer.text == "no such webhook, or not signed with its secret\n")
      }
      #expect(fixture.looks.withLock { $0 } == [])
    }
  }

  @Test(
    "answers other paths and methods without looking at anything",
    arguments: [
      ("/", 404), ("/hooks/dev", 404), ("/hooks/dev/", 404), ("/hooks/dev/github/", 404), ("/hooks//github", 404),
      ("/hooks/dev/GitHub", 404), ("/hooks/dev/a%2Fb", 404), ("/hooks/dev/sub/github", 404), ("/metrics", 404),
    ])
  func paths(path: String, status: Int) async throws {
    try await Fixture.run { fixture in
      let answer = try await fixture.call(path, [("X-Gitlab-Token", Self.token)])
      #expect(answer.status == status)
      let get = try await fixture.call("/hooks/dev/gitlab", method: "GET")
      #expect(get.status == 405)
      #expect(fixture.looks.withLock { $0 } == [])
    }
  }

  @Test("a body up to the limit is signed as it comes; a larger one is refused, with its length or without")
  func large() async throws {
    var limits = WebhookLimits()
    limits.bodyBytes = 3 << 20
    let body = [UInt8](repeating: 97, count: 3 << 20)
    let signature = try await Self.signature(body)
    try await Fixture.run(limits) { fixture in
      let headers = [("X-Hub-Signature-256", signature)]
      #expect(try await fixture.call("/hooks/dev/github", headers, body: body).status == 202)
      // Who tells the length waits for leave to send: an answer before the end may meet a client that still sends.
      for headers in [["Expect: 100-continue"], ["Expect:", "Transfer-Encoding: chunked"]] {
        let curl = try await Subprocess.run(
          .name("curl"),
          arguments: Arguments(
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--expect100-timeout", "60", "--data-binary", "@-"]
              + (headers + ["X-Hub-Signature-256: \(signature)"]).flatMap { ["-H", $0] }
              + [fixture.url + "/hooks/dev/github"]),
          input: .array(body + [97]), output: .string(limit: 4096), error: .discarded)
        #expect(curl.standardOutput == "413", "\(headers)")
      }
      #expect(fixture.looks.withLock { $0.count } == 1)
    }
  }

  @Test("a body that does not come to its end is given up after its time")
  func slow() async throws {
    var limits = WebhookLimits()
    limits.bodyTime = .milliseconds(200)
    try await Fixture.run(limits) { fixture in
      let script = """
        import socket, sys
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        s.sendall(b"POST /hooks/dev/github HTTP/1.1\\r\\nHost: a\\r\\nX-Hub-Signature-256: x\\r\\nContent-Length: 9\\r\\n\\r\\nabc")
        print(s.recv(100).decode())
        """
      let python = try await Subprocess.run(
        .name("python3"), arguments: ["-c", script, "\(fixture.server.port ?? 0)"], output: .string(limit: 4096),
        error: .discarded)
      let answer = python.standardOutput
      #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }
  }

  @Test("many calls in a moment are two looks: one at once, one after the last")
  func coalesced() async throws {
    var limits = WebhookLimits()
    limits.interval = .milliseconds(600)
    try await Fixture.run(limits) { fixture in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 {
          group.addTask { try await fixture.call("/hooks/dev/gitlab", [("X-Gitlab-Token", Self.token)]).status }
        }
        for try await status in group { #expect(status == 202) }
      }
      _ = try await eventually("the second look") { fixture.looks.withLock { $0.count >= 2 ? true : nil } }
      #expect(fixture.looks.withLock { $0.count } <= 4)
    }
  }

  @Test("says so when a look cannot be asked for, and before it knows the resources")
  func unavailable() async throws {
    try await Fixture.run { fixture in
      fixture.answers.withLock { $0 = false }
      let answer = try await fixture.call("/hooks/dev/gitlab", [("X-Gitlab-Token", Self.token)])
      #expect(answer.status == 503)
    }
    try await Fixture.run(isReady: false) { fixture in
      let answer = try await fixture.call("/hooks/dev/gitlab", [("X-Gitlab-Token", Self.token)])
      #expect(answer.status == 503)
    }
  }

  @Test("a refusal takes a multiple of its time, with a resource or without", arguments: ["github", "absent"])
  func time(name: String) async throws {
    var limits = WebhookLimits()
    limits.refusalTime = .milliseconds(50)
    try await Fixture.run(limits) { fixture in
      let begun = ContinuousClock.now
      let answer = try await fixture.call("/hooks/dev/\(name)", [("X-Hub-Signature-256", "x")], body: Self.body)
      #expect(answer.status == 401)
      #expect(.now - begun >= .milliseconds(50))
    }
  }
}
