import HTTP
import Support
import TestSupport
import Testing

@testable import Operations

@Suite("Following the dashboard", .timeLimit(.minutes(5)))
struct DashboardStreamTests {
  private func open(
    _ client: HTTPClient, _ url: String, _ headers: [(String, String)] = []
  ) async throws -> (status: Int, headers: HTTPHeaders, body: HTTPBody) {
    let response = try await client.send(HTTPRequest(url: url + "/api/board/stream", headers: headers))
    return (response.status, response.headers, response.body)
  }

  @Test("begins with the document, goes on with what changes, and between changes shows that it lives")
  func live() async throws {
    let lab = DashboardLab()
    try await lab.serving({ $0.heartbeat = .milliseconds(40) }) { url, _ in
      let client = HTTPClient()
      let stream = try await open(client, url)
      #expect(stream.status == 200 && stream.headers.first("content-type") == "text/event-stream; charset=utf-8")
      #expect(stream.headers.first("content-security-policy")?.contains("default-src 'none'") == true)
      var reader = EventReader(stream.body)
      #expect(try await reader.next()?.hasPrefix("id: a-1\ndata: {\"id\":\"a-1\"") == true)
      #expect(try await reader.next() == ":")
      lab.change()
      #expect(try await reader.skip(to: "id: a-2"))
      // Who was told that already is told only what comes.
      var other = EventReader(try await open(client, url, [("Last-Event-ID", "a-2")]).body)
      #expect(try await other.next() == ":")
      await client.close()
    }
  }

  @Test("a reader that takes its time gets the latest, not everything in between")
  func latest() async throws {
    let lab = DashboardLab()
    try await lab.serving({ $0.pace = .milliseconds(200) }) { url, _ in
      let client = HTTPClient()
      var reader = EventReader(try await open(client, url).body)
      #expect(try await reader.next()?.hasPrefix("id: a-1") == true)
      for _ in 0..<500 { lab.change() }
      var count = 0
      while let event = try await reader.next() {
        count += 1
        if event.hasPrefix("id: a-501") { break }
      }
      #expect(count < 20)
      await client.close()
    }
  }

  @Test("a reader that does not read is let go, and holds up nobody")
  func stalled() async throws {
    let lab = DashboardLab()
    lab.size.withLock { $0 = 4 << 20 }
    try await lab.serving({ ($0.heartbeat, $0.stall) = (.milliseconds(50), .milliseconds(300)) }) { url, server in
      let client = HTTPClient()
      let stuck = try await open(client, url)
      lab.change()
      _ = try await eventually("the one that does not read is gone", timeout: .seconds(60)) {
        server.streamCount == 0 ? true : nil
      }
      lab.size.withLock { $0 = 10 }
      var reader = EventReader(try await open(client, url).body)
      #expect(try await reader.next()?.hasPrefix("id: a-2") == true)
      withExtendedLifetime(stuck) {}
      await client.close()
    }
  }

  @Test("only so many follow at once; one more is told to ask for the document, until one goes")
  func bounds() async throws {
    let lab = DashboardLab()
    try await lab.serving({ ($0.streams, $0.heartbeat) = (2, .milliseconds(40)) }) { url, server in
      let client = HTTPClient()
      var first = EventReader(try await open(client, url).body)
      #expect(try await first.next() != nil)
      let second = try await open(client, url)
      let third = try await open(client, url)
      #expect(third.status == 503 && third.headers.first("retry-after") == "15")
      second.body.cancel()
      _ = try await eventually("room for one more") { server.streamCount == 1 ? true : nil }
      #expect(try await open(client, url).status == 200)
      await client.close()
    }
  }

  @Test("whose permission ends is told so, and follows no longer")
  func denied() async throws {
    let lab = DashboardLab()
    lab.permissions.withLock { $0 = ["t": .granted] }
    try await lab.serving({ ($0.trust, $0.heartbeat) = (.milliseconds(50), .milliseconds(20)) }) { url, _ in
      let client = HTTPClient()
      var reader = EventReader(try await open(client, url, [("Authorization", "Bearer t")]).body)
      #expect(try await reader.next()?.hasPrefix("id: a-1") == true)
      lab.permissions.withLock { $0 = ["t": .forbidden("no longer")] }
      #expect(try await reader.skip(to: "event: denied"))
      #expect(try await reader.next() == nil)
      await client.close()
    }
  }

  @Test("a graceful stop does not wait for those that follow")
  func stop() async throws {
    let client = HTTPClient()
    let body = Guarded<HTTPBody?>(nil)
    let stopped = Guarded(ContinuousClock.now)
    try await DashboardLab().serving { url, _ in
      let stream = try await open(client, url)
      body.withLock { $0 = stream.body }
      stopped.withLock { $0 = .now }
    }
    #expect(stopped.withLock { $0 }.duration(to: .now) < .seconds(20))
    await client.close()
  }
}
