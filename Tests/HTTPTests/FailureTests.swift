import HTTP
import Support
import TestSupport
import Testing

@Suite("failures", .timeLimit(.minutes(5)))
struct FailureTests {
  @Test("a refused connection is .connectFailed and transient")
  func refused() async throws {
    let server = try HTTPServer { _, exchange in exchange.respond(status: 200) }
    let url = server.url
    server.stop()
    let client = HTTPClient()
    let error = try await httpError {
      _ = try await client.send(HTTPRequest(url: url + "/secretless?token=hidden"))
    }
    #expect(error.code == .connectFailed)
    #expect(error.isTransient)
    #expect(error.url == url + "/secretless")
    #expect(error.message.contains("GET \(url)/secretless: "))
    #expect(error.message.contains("check that the server runs"))
    #expect(!error.message.contains("hidden"))
    await client.close()
  }

  @Test("an unknown host is .resolveFailed")
  func unknownHost() async throws {
    let client = HTTPClient()
    let error = try await httpError { _ = try await client.send(HTTPRequest(url: "http://no-such-host.invalid/")) }
    #expect(error.code == .resolveFailed)
    await client.close()
  }

  @Test("a server that accepts and is silent ends by the idle time-out")
  func idleBeforeHeaders() async throws {
    try await withServer({ _, exchange in
      exchange.waitForClose()
      exchange.tear()
    }) { server, client in
      let start = ContinuousClock.now
      let request = HTTPRequest(url: server.url, idleTimeout: .milliseconds(200))
      let error = try await httpError { _ = try await client.send(request) }
      #expect(error.code == .timedOut)
      #expect(ContinuousClock.now - start >= .milliseconds(200))
    }
  }

  @Test("a stream that goes silent ends by the idle time-out, after the bytes before it")
  func idleInBody() async throws {
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      exchange.chunk("before")
      exchange.waitForClose()
    }) { server, client in
      // Long enough for the headers to come in time on a busy machine.
      let response = try await client.send(HTTPRequest(url: server.url, idleTimeout: .seconds(1)))
      var reader = response.body.makeAsyncIterator()
      #expect(try await reader.next() == Array("before".utf8))
      let error = try await httpError { _ = try await reader.next() }
      #expect(error.code == .timedOut)
      #expect(error.isTransient)
      #expect(error.message.contains("no byte"))
    }
  }

  @Test("a slow reader is not a silent server")
  func idleWhilePaused() async throws {
    let kilobytes = [UInt8](repeating: 1, count: 300 * 1024)
    try await withServer({ _, exchange in exchange.respond(status: 200, body: kilobytes) }) { server, client in
      let request = HTTPRequest(url: server.url, idleTimeout: .seconds(1), bodyBufferLimit: 1024)
      let response = try await client.send(request)
      // Longer than the idle time-out: this is what the test is about.
      try await Task.sleep(for: .milliseconds(1300))
      #expect(try await response.body.collect(upTo: 1 << 20).count == kilobytes.count)
    }
  }

  @Test("the connect time-out includes the TLS handshake, and bounds requests that wait for each other's connection")
  func connectTimeout() async throws {
    // A server of plain HTTP waits for more, and never shakes hands.
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { server, client in
      let url = server.url.replacing("http:", with: "https:")
      let errors = await withTaskGroup(of: HTTPError?.self) { group in
        for _ in 0..<5 {
          group.addTask {
            do throws(HTTPError) {
              _ = try await client.send(HTTPRequest(url: url, connectTimeout: .seconds(1)))
              return nil
            } catch {
              return error
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(errors.map(\.?.code) == Array(repeating: .timedOut, count: 5))
      // libcurl itself would give each waiting request its second only after the one before it has failed.
      #expect(errors.contains { $0?.message.contains("no connection within") ?? false })
    }
  }

  @Test("the total time-out bounds a response that keeps on coming")
  func totalTimeout() async throws {
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      while exchange.chunk("x"), !exchange.waitForClose(seconds: 0) {}
    }) { server, client in
      let request = HTTPRequest(url: server.url, idleTimeout: .seconds(10), totalTimeout: .milliseconds(200))
      let error = try await httpError {
        let response = try await client.send(request)
        for try await _ in response.body {}
      }
      #expect(error.code == .timedOut)
    }
  }

  @Test("a body torn in the middle is .interrupted", arguments: [true, false])
  func torn(isChunked: Bool) async throws {
    try await withServer({ _, exchange in
      let framing = isChunked ? "Transfer-Encoding: chunked\r\n\r\n64\r\n" : "Content-Length: 100\r\n\r\n"
      exchange.raw(Array("HTTP/1.1 200 OK\r\n\(framing)half of it".utf8))
      exchange.tear()
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      var received: [UInt8] = []
      let error = try await httpError { for try await chunk in response.body { received += chunk } }
      #expect(error.code == .interrupted)
      #expect(error.isTransient)
      #expect(received == Array("half of it".utf8))
    }
  }

  @Test(
    "an answer that is not HTTP is .interrupted",
    arguments: ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nX-Half: "])
  func nonsense(answer: String) async throws {
    try await withServer({ _, exchange in
      exchange.raw(Array(answer.utf8))
      exchange.tear()
    }) { server, client in
      let error = try await httpError { _ = try await client.send(HTTPRequest(url: server.url)) }
      #expect(error.code == .interrupted)
    }
  }

  @Test("headers beyond the limit are refused, in one line or in many")
  func headerLimit() async throws {
    let long = String(repeating: "a", count: 300)
    for count in [1, 40] {
      try await withServer({ _, exchange in
        let headers = (0..<count).map { ("X-\($0)", count == 1 ? String(repeating: long, count: 40) : long) }
        exchange.respond(status: 200, headers: headers)
      }) { server, client in
        let request = HTTPRequest(url: server.url, headerLimit: 8 * 1024)
        let error = try await httpError { _ = try await client.send(request) }
        #expect(error.code == .headersTooLarge)
        #expect(try await client.send(HTTPRequest(url: server.url)).status == 200)
      }
    }
  }

  @Test("close fails what is under way, and everything after it")
  func close() async throws {
    let arrived = AsyncStream.makeStream(of: Void.self)
    try await withServer({ request, exchange in
      if request.path == "/stream" { exchange.startChunked(status: 200) }
      arrived.continuation.yield()
      exchange.waitForClose()
      exchange.tear()
    }) { server, client in
      let url = server.url
      let response = try await client.send(HTTPRequest(url: url + "/stream"))
      let waiting = Task {
        await errorCode { () throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
      }
      var begun = arrived.stream.makeAsyncIterator()
      await begun.next()
      await begun.next()
      await client.close()
      await client.close()
      #expect(await waiting.value == .closed)
      #expect(await errorCode { () throws(HTTPError) in _ = try await response.body.collect(upTo: 1) } == .closed)
      #expect(await errorCode { () throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) } == .closed)
    }
  }

  @Test("a body outlives its client")
  func clientDropped() async throws {
    let exchanges = AsyncStream.makeStream(of: HTTPServerExchange.self)
    let server = try HTTPServer { _, exchange in
      exchange.startChunked(status: 200)
      exchanges.continuation.yield(exchange)
      exchange.waitForClose()
    }
    var client: HTTPClient? = HTTPClient()
    let response = try #require(try await client?.send(HTTPRequest(url: server.url)))
    client = nil
    var served = exchanges.stream.makeAsyncIterator()
    let exchange = try #require(await served.next())
    exchange.chunk("late")
    var reader = response.body.makeAsyncIterator()
    #expect(try await reader.next() == Array("late".utf8))
    response.body.cancel()
  }
}
