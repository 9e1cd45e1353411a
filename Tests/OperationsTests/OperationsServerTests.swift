import HTTP
import Logging
import Operations
import ServiceLifecycle
import Support
import TestSupport
import Testing

@Suite("The operations endpoint", .timeLimit(.minutes(5)))
struct OperationsServerTests {
  /// Runs a server, gives `body` its URL, stops it gracefully, and expects it to end.
  private func serving(
    ready: Guarded<Bool> = Guarded(true), metrics: [String] = ["up 1\n"],
    _ body: @Sendable (_ url: String) async throws -> Void
  ) async throws {
    let server = try OperationsServer(
      address: #require(OperationsAddress("127.0.0.1:0")),
      state: OperationsState(
        isAlive: { [HealthCheck("process", problem: nil)] },
        isReady: { [HealthCheck("caches", problem: ready.withLock { $0 } ? nil : "not synced")] },
        metrics: { metrics }),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let group = ServiceGroup(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      await server.waitUntilListening()
      let port = try #require(server.port)
      try await body("http://127.0.0.1:\(port)")
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      #expect(server.port == nil)
    }
  }

  private func text(
    _ client: HTTPClient, _ url: String, method: String = "GET", body: [UInt8]? = nil
  ) async throws -> (Int, String, HTTPHeaders) {
    let response = try await client.send(HTTPRequest(method: method, url: url, body: body, totalTimeout: .seconds(120)))
    return (
      response.status, String(decoding: try await response.body.collect(upTo: 1 << 24), as: UTF8.self), response.headers
    )
  }

  @Test("health, readiness and metrics are served, and readiness follows what the process says")
  func serves() async throws {
    let ready = Guarded(false)
    try await serving(ready: ready) { url in
      let client = HTTPClient()
      let answer1 = try await text(client, url + "/healthz")
      #expect(answer1.1 == "ok")
      let before = try await text(client, url + "/readyz")
      #expect(before.0 == 503 && before.1.contains("[-]caches failed: not synced"))
      ready.withLock { $0 = true }
      let answer2 = try await text(client, url + "/readyz")
      #expect(answer2.0 == 200)
      let metrics = try await text(client, url + "/metrics")
      #expect(metrics.1 == "up 1\n")
      #expect(metrics.2.first("content-type") == "text/plain; version=0.0.4; charset=utf-8")
      #expect(metrics.2.first("cache-control") == "no-store")
      let answer3 = try await text(client, url + "/nowhere")
      #expect(answer3.0 == 404)
      let post = try await text(client, url + "/metrics", method: "POST", body: Array("x".utf8))
      #expect(post.0 == 405 && post.2.first("allow") == "GET, HEAD")
      let answer4 = try await text(client, url + "/metrics", method: "HEAD")
      #expect(answer4.1.isEmpty)
      await client.close()
    }
  }

  @Test("metrics of many megabytes arrive whole, for several readers at once")
  func large() async throws {
    let pieces = (0..<200).map { String(repeating: "metric_\($0) 1\n", count: 4000) }
    let size = pieces.reduce(0) { $0 + $1.utf8.count }
    try await serving(metrics: pieces) { url in
      try await withThrowingTaskGroup(of: Int.self) { readers in
        for _ in 0..<4 {
          readers.addTask {
            let client = HTTPClient()
            let answer = try await text(client, url + "/metrics")
            await client.close()
            return answer.1.utf8.count
          }
        }
        for try await read in readers { #expect(read == size) }
      }
    }
  }

  @Test("a request with too many headers is refused, and the server goes on")
  func headers() async throws {
    try await serving { url in
      let client = HTTPClient()
      let response = try? await client.send(
        HTTPRequest(
          url: url + "/healthz", headers: [("X-Long", String(repeating: "x", count: 100_000))],
          totalTimeout: .seconds(120)))
      #expect(response?.status != 200)
      let answer5 = try await text(client, url + "/healthz")
      #expect(answer5.0 == 200)
      await client.close()
    }
  }

  @Test("a body that nobody asked for is not read: the connection ends")
  func bodies() async throws {
    try await serving { url in
      let client = HTTPClient()
      let body = [UInt8](repeating: 65, count: 64 << 20)
      // Either the refusal arrives, or the connection is gone before it does.
      let answer = try? await text(client, url + "/healthz", method: "POST", body: body)
      #expect(answer == nil || answer?.0 == 405)
      let answer6 = try await text(client, url + "/healthz")
      #expect(answer6.0 == 200)
      await client.close()
    }
  }

  @Test("a connection that says nothing does not hold up the end")
  func idleConnections() async throws {
    let start = ContinuousClock.now
    try await serving { url in
      let client = HTTPClient()
      // Kept alive by the client, and idle.
      let answer7 = try await text(client, url + "/healthz")
      #expect(answer7.0 == 200)
    }
    #expect(start.duration(to: .now) < .seconds(20))
  }

  @Test("an address that is taken is said so, with the option to change")
  func addressInUse() async throws {
    try await serving { url in
      let port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
      let error = await failure(at: "127.0.0.1:\(port)")
      #expect(error?.code == .addressInUse)
      #expect(error?.message.contains("127.0.0.1:\(port)") == true)
      #expect(error?.message.contains("--operations-address") == true)
    }
  }

  @Test("an address of another machine is said so", arguments: ["192.0.2.1:8080", "does-not-exist.invalid:8080"])
  func addressOfOthers(address: String) async throws {
    let error = await failure(at: address)
    #expect(error?.code == .addressRefused)
    #expect(error?.isTransient == false)
    #expect(error?.message.contains(address) == true)
  }

  @Test("cancelling ends it")
  func cancelling() async throws {
    let server = try OperationsServer(
      address: #require(OperationsAddress("127.0.0.1:0")),
      state: OperationsState(isAlive: { [] }, isReady: { [] }, metrics: { [] }),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try? await server.run() }
      await server.waitUntilListening()
      tasks.cancelAll()
      await tasks.waitForAll()
    }
    #expect(server.port == nil)
  }

  private func failure(at address: String) async -> OperationsError? {
    guard let address = OperationsAddress(address) else { return nil }
    let server = OperationsServer(
      address: address, state: OperationsState(isAlive: { [] }, isReady: { [] }, metrics: { [] }),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    do {
      try await server.run()
      return nil
    } catch {
      return error as? OperationsError
    }
  }
}
