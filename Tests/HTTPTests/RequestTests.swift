import HTTP
import Support
import TestSupport
import Testing

/// Runs `body` with a server and a client, and ends both.
func withServer(
  _ handler: @escaping HTTPServer.Handler,
  _ body: (HTTPServer, HTTPClient) async throws -> Void
) async throws {
  let server = try HTTPServer(handler: handler)
  let client = HTTPClient()
  do {
    try await body(server, client)
  } catch {
    await client.close()
    server.stop()
    throw error
  }
  await client.close()
  server.stop()
}

/// Expects `body` to throw an `HTTPError`, and returns it.
func httpError(_ body: () async throws -> Void) async throws -> HTTPError {
  try #require(await #expect(throws: HTTPError.self) { try await body() })
}

/// The code of the error that `body` throws, nil when it throws none.
func errorCode(_ body: () async throws(HTTPError) -> Void) async -> HTTPError.Code? {
  do throws(HTTPError) {
    try await body()
    return nil
  } catch {
    return error.code
  }
}

@Suite("requests", .timeLimit(.minutes(5)))
struct RequestTests {
  @Test("a response has its status, its headers by any case, and its body")
  func simple() async throws {
    try await withServer({ _, exchange in
      exchange.respond(status: 201, headers: [("X-One", " a "), ("x-one", "b")], body: Array("hello".utf8))
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url + "/path?query=1"))
      #expect(response.status == 201)
      #expect(response.headers.first("X-ONE") == "a")
      #expect(response.headers.all("x-one") == ["a", "b"])
      #expect(try await response.body.collect(upTo: 100) == Array("hello".utf8))
      #expect(server.requests.first?.target == "/path?query=1")
    }
  }

  @Test("method, headers and body arrive as given", arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func upload(method: String) async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { server, client in
      let block = Array(UInt8(0)...250)
      var body: [UInt8] = []
      while body.count < 3_000_000 { body += block }
      let request = HTTPRequest(
        method: method, url: server.url, headers: [("Content-Type", "application/apply-patch+yaml"), ("X-Empty", "")],
        body: body)
      let response = try await client.send(request)
      #expect(response.status == 200)
      let received = try #require(server.requests.first)
      #expect(received.method == method)
      #expect(received.header("content-type") == "application/apply-patch+yaml")
      #expect(received.header("x-empty") == "")
      #expect(received.header("expect") == nil)
      #expect(received.body == body)
    }
  }

  @Test("a POST without a body has the length zero and no content type")
  func emptyPost() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { server, client in
      _ = try await client.send(HTTPRequest(method: "POST", url: server.url))
      #expect(server.requests.first?.header("content-length") == "0")
      #expect(server.requests.first?.header("content-type") == nil)
    }
  }

  @Test("HEAD expects no body")
  func head() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200, body: [1, 2, 3]) }) { server, client in
      let response = try await client.send(HTTPRequest(method: "HEAD", url: server.url))
      #expect(response.headers.first("content-length") == "3")
      #expect(try await response.body.collect(upTo: 10).isEmpty)
    }
  }

  @Test("a redirect is a response, not an order")
  func redirect() async throws {
    try await withServer({ _, exchange in
      exchange.respond(status: 302, headers: [("Location", "/elsewhere")])
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      #expect(response.status == 302)
      #expect(server.requests.count == 1)
    }
  }

  @Test("connections are reused, unless a request asks for a fresh one")
  func reuse() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { server, client in
      for _ in 0..<5 { _ = try await client.send(HTTPRequest(url: server.url)).body.collect(upTo: 1) }
      #expect(server.acceptedConnections == 1)
      _ = try await client.send(HTTPRequest(url: server.url, usesFreshConnection: true)).body.collect(upTo: 1)
      #expect(server.acceptedConnections == 2)
    }
  }

  @Test("an informational response before the final one is skipped")
  func informational() async throws {
    try await withServer({ _, exchange in
      exchange.raw(Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8))
      exchange.respond(status: 200, headers: [("X-Final", "yes")])
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      #expect(response.status == 200)
      #expect(response.headers.first("link") == nil)
      #expect(response.headers.first("x-final") == "yes")
    }
  }
}
