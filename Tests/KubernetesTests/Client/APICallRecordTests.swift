import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Records of API calls")
struct APICallRecordTests {
  @Test(
    "the host is what stands between scheme and path",
    arguments: [
      ("https://10.0.0.1:6443", "10.0.0.1:6443"), ("https://[::1]:6443/prefix", "[::1]:6443"),
      ("http://user:secret@host/path", "host"), ("https://host?x", "host"),
    ])
  func host(url: String, expected: String) {
    #expect(APICallRecord.host(of: url) == expected)
  }

  @Test("every request is told of, repetitions and failures too")
  func records() async throws {
    let records = Guarded<[APICallRecord]>([])
    let count = Guarded(0)
    let api = try ScriptedAPI(
      time: InstantTime().source, observer: { record in records.withLock { $0.append(record) } },
      { _, exchange in
        let number = count.withLock { count in
          count += 1
          return count
        }
        switch number {
        case 1: exchange.status(429, "TooManyRequests", headers: [("Retry-After", "1")])
        case 2: exchange.respond(status: 200, json: HTTPServerExchange.configMap("a", 1))
        case 3: exchange.status(404, "NotFound")
        default: exchange.tear()
        }
      })
    _ = try await api.client.get(ConfigMap.self, name: "a", namespace: "dev")
    _ = await failure { () throws(KubernetesError) in
      try await api.client.delete(ConfigMap.self, name: "a", namespace: "dev")
    }
    _ = await failure { () throws(KubernetesError) in
      try await api.client.get(ConfigMap.self, name: "a", namespace: "dev")
    }
    let host = "127.0.0.1:\(api.server.port)"
    let seen = records.withLock { $0 }
    #expect(seen.map(\.verb) == ["GET", "GET", "DELETE", "GET"])
    #expect(seen.map(\.code) == ["429", "200", "404", "<error>"])
    #expect(seen.map(\.retries) == [0, 1, 0, 0])
    #expect(seen.allSatisfy { $0.host == host && $0.duration >= .zero })
    await api.close()
  }
}
