import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Calls to a scripted server", .timeLimit(.minutes(5)))
struct KubernetesClientTests {
  @Test("an object is asked for at its path and decoded")
  func get() async throws {
    let api = try ScriptedAPI(authentication: .token(Redacted("t0k3n"))) { _, exchange in
      exchange.respond(status: 200, json: HTTPServerExchange.configMap("app", 7))
    }
    let map = try await api.client.get(ConfigMap.self, name: "app", namespace: "dev")
    #expect(map.data == ["v": "7"])
    #expect(map.key == ObjectKey(namespace: "dev", name: "app"))
    let request = try #require(api.server.requests.first)
    #expect(request.target == "/api/v1/namespaces/dev/configmaps/app")
    #expect(request.header("Authorization") == "Bearer t0k3n")
    #expect(request.header("Accept") == "application/json")
    await api.close()
  }

  @Test("parts of a path cannot reach beyond their place")
  func encoding() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.status(404, "NotFound") }
    let error = await failure { () throws(KubernetesError) in
      try await api.client.get(Lease.self, name: "../../x?y=z", namespace: "a/b")
    }
    #expect(error?.code == .notFound)
    #expect(
      api.server.requests.first?.target
        == "/apis/coordination.k8s.io/v1/namespaces/a%2Fb/leases/..%2F..%2Fx%3Fy%3Dz")
    let empty = await failure { () throws(KubernetesError) in
      try await api.client.delete(ConfigMap.self, name: "", namespace: "dev")
    }
    #expect(empty?.code == .badRequest)
    let nowhere = await failure { () throws(KubernetesError) in
      try await api.client.get(ConfigMap.self, name: "a", namespace: nil)
    }
    #expect(nowhere?.code == .badRequest)
    #expect(api.server.requests.count == 1)
    await api.close()
  }

  @Test("all pages of a list are read")
  func pages() async throws {
    let api = try ScriptedAPI { request, exchange in
      switch request.query["continue"] {
      case nil: exchange.list([("a", 1), ("b", 2)], version: 9, continuing: "next+1")
      default: exchange.list([("c", 3)], version: 9)
      }
    }
    let list = try await api.client.listAll(ConfigMap.self, labelSelector: "app in (x,y)", pageSize: 2)
    #expect(list.items.map(\.metadata.name) == ["a", "b", "c"])
    #expect(list.resourceVersion == "9")
    #expect(
      api.server.requests.map(\.target) == [
        "/api/v1/configmaps?labelSelector=app%20in%20%28x%2Cy%29&limit=2",
        "/api/v1/configmaps?labelSelector=app%20in%20%28x%2Cy%29&limit=2&continue=next%2B1",
      ])
    await api.close()
  }

  @Test("one object that cannot be decoded does not hide the others")
  func undecodable() async throws {
    let api = try ScriptedAPI { _, exchange in
      let bad = #"{"metadata":{"namespace":"dev","name":"bad","resourceVersion":"4"},"data":{"k":12}}"#
      let good = HTTPServerExchange.configMap("good", 3)
      exchange.respond(status: 200, json: #"{"metadata":{"resourceVersion":"9"},"items":[\#(bad),\#(good)]}"#)
    }
    let list = try await api.client.list(ConfigMap.self, namespace: "dev")
    #expect(list.items.map(\.metadata.name) == ["good"])
    #expect(list.undecodable.map(\.key.name) == ["bad"])
    #expect(list.undecodable.first?.message == "items[0].data.k: expected String")
    await api.close()
  }

  @Test(
    "a Status becomes an error",
    arguments: [
      (400, "BadRequest", .badRequest, false), (401, "Unauthorized", .unauthorized, false),
      (403, "Forbidden", .forbidden, false), (404, "NotFound", .notFound, false),
      (409, "Conflict", .conflict, true), (409, "AlreadyExists", .alreadyExists, false),
      (410, "Expired", .gone, true), (410, "Gone", .gone, true), (422, "Invalid", .invalid, false),
      (429, "TooManyRequests", .tooManyRequests, true), (500, "InternalError", .server, true),
      (503, "ServiceUnavailable", .server, true), (504, "Timeout", .server, true),
    ] as [(Int, String, KubernetesError.Code, Bool)])
  func statuses(status: Int, reason: String, code: KubernetesError.Code, isTransient: Bool) async throws {
    let api = try ScriptedAPI { _, exchange in exchange.status(status, reason, "words of the server") }
    let error = await failure { () throws(KubernetesError) in
      try await api.client.get(ConfigMap.self, name: "a", namespace: "dev")
    }
    #expect(error?.code == code)
    #expect(error?.status == status)
    #expect(error?.reason == reason)
    #expect(error?.isTransient == isTransient)
    #expect(error?.message.hasPrefix("get configmaps dev/a: words of the server") == true)
    #expect(api.server.requests.count == 1)
    await api.close()
  }

  @Test("causes and retryAfterSeconds of a Status are taken over")
  func details() async throws {
    let api = try ScriptedAPI { _, exchange in
      exchange.respond(
        status: 422,
        json: #"""
          {"kind":"Status","reason":"Invalid","code":422,"message":"no","details":{"retryAfterSeconds":3,
          "causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.x"}]}}
          """#)
    }
    let error = await failure { () throws(KubernetesError) in
      try await api.client.create(ConfigMap(metadata: ObjectMetadata(name: "a", namespace: "dev")))
    }
    #expect(error?.retryAfter == .seconds(3))
    #expect(
      error?.causes == [
        KubernetesError.Cause(reason: "FieldValueRequired", field: "spec.x", message: "Required value")
      ])
    await api.close()
  }

  @Test("an answer that is no Status, as a proxy sends it, is still an error with its status")
  func proxyAnswer() async throws {
    let api = try ScriptedAPI { _, exchange in
      exchange.respond(status: 502, body: Array("<html>Bad Gateway</html>".utf8))
    }
    let error = await failure { () throws(KubernetesError) in try await api.client.serverVersion() }
    #expect(error?.code == .server)
    #expect(error?.message == "get version: HTTP status 502")
    await api.close()
  }

  @Test("429 and 503 with Retry-After are repeated after that time", arguments: [429, 503])
  func retries(status: Int) async throws {
    let time = InstantTime()
    let count = Guarded(0)
    let api = try ScriptedAPI(time: time.source) { _, exchange in
      let attempt = count.withLock { count in
        count += 1
        return count
      }
      if attempt <= 2 {
        exchange.status(status, "x", headers: [("Retry-After", "\(attempt)")])
      } else {
        exchange.respond(status: 200, json: #"{"gitVersion":"v1.31.0"}"#)
      }
    }
    #expect(try await api.client.serverVersion() == "v1.31.0")
    #expect(time.sleeps == [.seconds(1), .seconds(2)])
    await api.close()
  }

  @Test("repeating is bounded in number, in each wait and in their sum")
  func retryBounds() async throws {
    for (header, sleeps) in [("1", 10), ("31", 0), ("20", 3), ("", 0), ("soon", 0)] {
      let time = InstantTime()
      let api = try ScriptedAPI(time: time.source) { _, exchange in
        exchange.status(429, "TooManyRequests", headers: header.isEmpty ? [] : [("Retry-After", header)])
      }
      let error = await failure { () throws(KubernetesError) in try await api.client.serverVersion() }
      #expect(error?.code == .tooManyRequests)
      #expect(time.sleeps.count == sleeps, "Retry-After: \(header)")
      await api.close()
    }
  }

  @Test("after a 401 the token file is read again, once")
  func reauthentication() async throws {
    let files = try Workspace()
    let path = try files.write("token", "old\n")
    let api = try ScriptedAPI(authentication: .tokenFile(path)) { request, exchange in
      if request.header("Authorization") == "Bearer new" {
        exchange.respond(status: 200, json: #"{"gitVersion":"v1"}"#)
      } else {
        exchange.status(401, "Unauthorized")
      }
    }
    let error = await failure { () throws(KubernetesError) in try await api.client.serverVersion() }
    #expect(error?.code == .unauthorized)
    #expect(api.server.requests.count == 2)
    try files.write("token", "new\n")
    #expect(try await api.client.serverVersion() == "v1")
    #expect(api.server.requests.map { $0.header("Authorization") }.suffix(2) == ["Bearer old", "Bearer new"])
    await api.close()
  }

  @Test("an answer that does not come in time is a transient failure")
  func slowAnswer() async throws {
    var limits = KubernetesClient.Limits()
    limits.requestTimeout = .milliseconds(200)
    let api = try ScriptedAPI(limits: limits) { _, exchange in
      exchange.startChunked(status: 200)
      exchange.chunk("{")
      exchange.waitForClose()
    }
    let error = await failure { () throws(KubernetesError) in try await api.client.serverVersion() }
    #expect(error?.code == .transport)
    #expect(error?.isTransient == true)
    await api.close()
  }

  @Test("an answer beyond the limit is refused")
  func largeAnswer() async throws {
    var limits = KubernetesClient.Limits()
    limits.objectBytes = 1000
    let api = try ScriptedAPI(limits: limits) { _, exchange in
      exchange.respond(status: 200, body: [UInt8](repeating: UInt8(ascii: " "), count: 2000))
    }
    let error = await failure { () throws(KubernetesError) in try await api.client.serverVersion() }
    #expect(error?.code == .decoding)
    await api.close()
  }

  @Test("objects go out with apiVersion and kind, to the right place, in the right form")
  func writing() async throws {
    let api = try ScriptedAPI { _, exchange in
      exchange.respond(status: 200, json: HTTPServerExchange.configMap("a", 8))
    }
    var map = ConfigMap(
      metadata: ObjectMetadata(name: "a", namespace: "dev"), data: ["k": "v"], binaryData: ["b": [0, 255]])
    _ = try await api.client.create(map)
    let blind = await failure { () throws(KubernetesError) in try await api.client.replace(map) }
    #expect(blind?.code == .badRequest)
    map.metadata.resourceVersion = "7"
    _ = try await api.client.replace(map)
    let apply = try Patch.apply(map, fieldManager: "tester", force: true)
    _ = try await api.client.patch(ConfigMap.self, name: "a", namespace: "dev", patch: apply, subresource: "status")
    _ = try await api.client.patch(ConfigMap.self, name: "a", namespace: "dev", patch: .merge(Array("{}".utf8)))
    try await api.client.delete(ConfigMap.self, name: "a", namespace: "dev", uid: "u1")
    let requests = api.server.requests
    #expect(
      requests.map { "\($0.method) \($0.target)" } == [
        "POST /api/v1/namespaces/dev/configmaps?fieldManager=whimbrel",
        "PUT /api/v1/namespaces/dev/configmaps/a?fieldManager=whimbrel",
        "PATCH /api/v1/namespaces/dev/configmaps/a/status?fieldManager=tester&force=true",
        "PATCH /api/v1/namespaces/dev/configmaps/a?fieldManager=whimbrel",
        "DELETE /api/v1/namespaces/dev/configmaps/a",
      ])
    #expect(
      requests.map { $0.header("Content-Type") } == [
        "application/json", "application/json", "application/apply-patch+yaml", "application/merge-patch+json",
        "application/json",
      ])
    let sent = try JSONDecoder().decode(SentConfigMap.self, from: Data(requests[0].body))
    #expect(
      sent
        == SentConfigMap(
          apiVersion: "v1", kind: "ConfigMap", metadata: .init(name: "a", namespace: "dev", resourceVersion: nil),
          data: ["k": "v"], binaryData: ["b": "AP8="]))
    #expect(String(decoding: requests[4].body, as: UTF8.self).contains(#""uid":"u1""#))
    await api.close()
  }

  struct SentConfigMap: Decodable, Equatable {
    struct Metadata: Decodable, Equatable {
      var name: String
      var namespace: String
      var resourceVersion: String?
    }
    var apiVersion: String
    var kind: String
    var metadata: Metadata
    var data: [String: String]
    var binaryData: [String: String]
  }

  @Test("cancelling the task ends a call")
  func cancellation() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.waitForClose() }
    let call = Task { await failure { () throws(KubernetesError) in try await api.client.serverVersion() } }
    #expect(try await eventually { api.server.requests.count == 1 })
    call.cancel()
    #expect(await call.value?.code == .cancelled)
    await api.close()
  }
}
