import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Watching a scripted server", .timeLimit(.minutes(5)))
struct WatchTests {
  /// The events of a watch as short texts, and how it ended.
  private func watch(
    _ script: @escaping @Sendable (HTTPServerExchange) -> Void, lineLimit: Int = 8 << 20
  ) async throws -> (events: [String], failure: KubernetesError?, target: String) {
    var limits = KubernetesClient.Limits()
    limits.objectBytes = lineLimit
    let api = try ScriptedAPI(limits: limits) { _, exchange in script(exchange) }
    var events: [String] = []
    var ending: KubernetesError?
    do throws(KubernetesError) {
      let stream = try await api.client.watch(
        ConfigMap.self, namespace: "dev", resourceVersion: "5", timeout: .seconds(60))
      for try await event in stream { events.append(Self.text(event)) }
    } catch {
      ending = error
    }
    let target = api.server.requests.first?.target ?? ""
    await api.close()
    return (events, ending, target)
  }

  private static func text(_ event: WatchEvent<ConfigMap>) -> String {
    switch event {
    case .added(let map): "added \(map.metadata.name)@\(map.metadata.resourceVersion ?? "")"
    case .modified(let map): "modified \(map.metadata.name)@\(map.metadata.resourceVersion ?? "")"
    case .deleted(let map): "deleted \(map.metadata.name)@\(map.metadata.resourceVersion ?? "")"
    case .bookmark(let version): "bookmark @\(version)"
    case .undecodable(let object, let isDeleted): "undecodable \(object.key.name) \(isDeleted): \(object.message)"
    }
  }

  @Test("events arrive in order however the stream is cut into pieces", arguments: [1, 7, 10_000])
  func events(pieceSize: Int) async throws {
    let text =
      HTTPServerExchange.event("ADDED", HTTPServerExchange.configMap("a", 6))
      + HTTPServerExchange.event("MODIFIED", HTTPServerExchange.configMap("a", 7))
      + HTTPServerExchange.bookmark(9)
      + HTTPServerExchange.event("DELETED", HTTPServerExchange.configMap("a", 10))
    let bytes = Array(text.utf8)
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      for start in stride(from: 0, to: bytes.count, by: pieceSize) {
        exchange.chunk(Array(bytes[start..<min(start + pieceSize, bytes.count)]))
      }
    }
    #expect(result.events == ["added a@6", "modified a@7", "bookmark @9", "deleted a@10"])
    #expect(result.failure == nil)
    #expect(
      result.target
        == "/api/v1/namespaces/dev/configmaps?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=60")
  }

  @Test("an ERROR event ends the watch with its Status")
  func errorEvent() async throws {
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      exchange.chunk(HTTPServerExchange.event("ADDED", HTTPServerExchange.configMap("a", 6)))
      exchange.chunk(
        HTTPServerExchange.event("ERROR", HTTPServerExchange.statusJSON(410, "Expired", "too old resource version")))
      exchange.chunk(HTTPServerExchange.event("ADDED", HTTPServerExchange.configMap("b", 7)))
    }
    #expect(result.events == ["added a@6"])
    #expect(result.failure?.code == .gone)
  }

  @Test("a version ahead of the server counts as gone, without waiting")
  func aheadOfServer() async throws {
    let status = #"""
      {"kind":"Status","code":504,"reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge",
      "message":"Too large resource version"}],"retryAfterSeconds":1}}
      """#
    let count = Guarded(0)
    let result = try await watch { exchange in
      count.withLock { $0 += 1 }
      exchange.respond(status: 504, json: status)
    }
    #expect(result.failure?.code == .gone)
    #expect(count.withLock { $0 } == 1)
  }

  @Test("a stream torn in the middle of an event is a transient failure, and half an event is none")
  func torn() async throws {
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      exchange.chunk(HTTPServerExchange.event("ADDED", HTTPServerExchange.configMap("a", 6)))
      exchange.chunk(#"{"type":"ADDED","object":{"meta"#)
      exchange.tear()
    }
    #expect(result.events == ["added a@6"])
    #expect(result.failure?.code == .transport)
    #expect(result.failure?.isTransient == true)
  }

  @Test("a stream that ends in order in the middle of an event is a failure too")
  func endedInEvent() async throws {
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      exchange.chunk(#"{"type":"ADDED","object":{"meta"#)
    }
    #expect(result.events.isEmpty)
    #expect(result.failure?.code == .transport)
  }

  @Test("a line beyond the limit is refused, whole or not")
  func longLine() async throws {
    for end in ["", "\n"] {
      let result = try await watch(
        { exchange in
          exchange.startChunked(status: 200)
          exchange.chunk(String(repeating: "x", count: 2000) + end)
        }, lineLimit: 1000)
      #expect(result.failure?.code == .decoding)
      #expect(result.failure?.message.contains("more than 1000 bytes") == true)
    }
  }

  @Test(
    "what is not JSON, or no event, is refused", arguments: ["<html>\n", "{}\n", #"{"type":"NEW","object":{}}"# + "\n"])
  func nonsense(text: String) async throws {
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      exchange.chunk(text)
    }
    #expect(result.failure?.code == .decoding)
  }

  @Test("an object that cannot be decoded is an event by itself")
  func undecodable() async throws {
    let result = try await watch { exchange in
      exchange.startChunked(status: 200)
      let bad = #"{"metadata":{"namespace":"dev","name":"bad","resourceVersion":"6"},"data":7}"#
      exchange.chunk(HTTPServerExchange.event("MODIFIED", bad))
      exchange.chunk(HTTPServerExchange.event("ADDED", HTTPServerExchange.configMap("a", 7)))
    }
    #expect(
      result.events == ["undecodable bad false: object.data: expected Dictionary<String, Any>", "added a@7"]
        || result.events.first?.hasPrefix("undecodable bad false: object.data: expected Dictionary") == true
          && result.events.count == 2
    )
  }

  @Test("a watch asks the server to end it between 5 and 10 minutes later")
  func serverTimeout() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.startChunked(status: 200) }
    for _ in 0..<5 {
      for try await _ in try await api.client.watch(ConfigMap.self, resourceVersion: "1") {}
    }
    let seconds = api.server.requests.compactMap { $0.query["timeoutSeconds"].flatMap { Int($0) } }
    #expect(seconds.count == 5)
    #expect(seconds.allSatisfy { (300...600).contains($0) })
    await api.close()
  }
}
