import HTTP
import Support
import Testing

@testable import Operations

@Suite("The dashboard's endpoint", .timeLimit(.minutes(5)))
struct DashboardServerTests {
  private func get(
    _ url: String, _ headers: [(String, String)] = [], method: String = "GET"
  ) async throws -> (status: Int, text: String, headers: HTTPHeaders) {
    let client = HTTPClient()
    let response = try await client.send(
      HTTPRequest(method: method, url: url, headers: headers, totalTimeout: .seconds(60)))
    let text = String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self)
    await client.close()
    return (response.status, text, response.headers)
  }

  @Test(
    "every answer lets a browser load and run nothing but the dashboard's own files",
    arguments: ["/", "/api/board", "/none"])
  func protection(path: String) async throws {
    try await DashboardLab().serving { url, _ in
      let headers = try await get(url + path).headers
      let policy = headers.first("content-security-policy") ?? ""
      for part in [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
      ] { #expect(policy.contains(part)) }
      #expect(!policy.contains("unsafe"))
      #expect(headers.first("x-content-type-options") == "nosniff")
      #expect(headers.first("referrer-policy") == "no-referrer")
      #expect(headers.first("access-control-allow-origin") == nil)
    }
  }

  @Test("a file that the reader has is not sent again; documents are kept by nobody; nothing can be changed")
  func files() async throws {
    try await DashboardLab().serving { url, _ in
      let first = try await get(url + "/")
      #expect(first.status == 200 && first.headers.first("cache-control") == "no-cache")
      #expect(try await get(url + "/", [("If-None-Match", "\"t\"")]).status == 304)
      let board = try await get(url + "/api/board")
      #expect(board.text.hasPrefix("{\"id\":\"a-1\"") && board.headers.first("cache-control") == "no-store")
      for method in ["POST", "PUT", "DELETE", "PATCH"] {
        #expect(try await get(url + "/api/board", method: method).status == 405)
      }
      for (path, status) in [
        ("/", 200), ("/api/board", 200), ("/api/board/stream", 200), ("/api/resources/a/b", 404),
        ("/api/resources/a/b/stream", 404),
      ] {
        let head = try await get(url + path, method: "HEAD")
        #expect(head.status == status && head.text == "", "\(path)")
      }
      let stream = try await get(url + "/api/board/stream", method: "HEAD")
      #expect(stream.headers.first("content-type")?.hasPrefix("text/event-stream") == true)
      #expect(try await get(url + "/api/resources/a/b").status == 404)
      #expect(try await get(url + "/api/resources/a/b/stream").status == 404)
      #expect(try await get(url + "/../etc/passwd").status == 404)
    }
  }

  @Test("who has no permission sees files and nothing else, and is told why")
  func permissions() async throws {
    let lab = DashboardLab()
    lab.permissions.withLock { $0 = ["good": .granted, "bad": .forbidden("not you"), "x": .unavailable("later")] }
    try await lab.serving { url, _ in
      #expect(try await get(url + "/").status == 200)
      for path in ["/api/board", "/api/board/stream", "/api/resources/a/b"] {
        let none = try await get(url + path)
        #expect(none.status == 401 && none.text == "{\"error\":\"say \\\"who\\\" you are\"}\n")
        #expect(none.headers.first("www-authenticate")?.hasPrefix("Bearer") == true)
        let bad = try await get(url + path, [("Authorization", "Bearer bad")])
        #expect(bad.status == 403 && bad.text.contains("not you"))
        #expect(try await get(url + path, [("Authorization", "Bearer x")]).status == 503)
      }
      #expect(try await get(url + "/api/board", [("Authorization", "Bearer good")]).status == 200)
      let before = lab.asked.withLock { $0 }
      for _ in 0..<5 { #expect(try await get(url + "/api/board", [("Authorization", "Bearer good")]).status == 200) }
      #expect(lab.asked.withLock { $0 } == before, "known for a while")
    }
  }

  @Test("before the resources are known nobody is told that there are none")
  func readiness() async throws {
    let lab = DashboardLab()
    lab.isReady.withLock { $0 = false }
    try await lab.serving { url, _ in
      let statuses = [try await get(url + "/api/board").status, try await get(url + "/api/board/stream").status]
      #expect(statuses == [503, 503])
    }
  }
}
