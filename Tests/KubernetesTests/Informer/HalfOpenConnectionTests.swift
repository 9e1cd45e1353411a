import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Connections without a peer", .timeLimit(.minutes(5)))
struct HalfOpenConnectionTests {
  @Test("a watch that stays silent beyond the server's time is given up, and resumed on a connection of its own")
  func silentWatch() async throws {
    let api = try ScriptedAPI(time: ManualTime().source) { request, exchange in
      if request.query["watch"] == nil { return exchange.list([("a", 1)], version: 5) }
      exchange.startChunked(status: 200)
      // As a peer that has vanished: the connection stays, and nothing comes.
      exchange.waitForClose()
    }
    let informer = Informer(
      ConfigMap.self, client: api.client, scope: .init(namespace: "dev"), watchTimeout: .seconds(1), logger: .quiet,
      random: { 0 })
    let begun = ContinuousClock.now
    let running = Task { await failure { () throws(KubernetesError) in try await informer.run() } }
    #expect(try await eventually { api.client.connections.areSuspect })
    // The server's time, and five seconds; and what a busy machine adds.
    #expect(ContinuousClock.now - begun >= .seconds(6))
    #expect(ContinuousClock.now - begun < .seconds(30))
    #expect(api.server.requests.map { $0.query["resourceVersion"] ?? "" } == ["", "5"])
    running.cancel()
    #expect(await running.value?.code == .cancelled)
    await api.close()
  }

  @Test("after a request without an answer, others do not wait on old connections, for about a minute")
  func afterTimeOut() async throws {
    let time = ManualTime()
    let api = try ScriptedAPI(time: time.source) { request, exchange in
      if request.path.hasSuffix("/silent") { exchange.waitForClose() }
      exchange.respond(status: 200, json: HTTPServerExchange.configMap("a", 1))
    }
    @Sendable func get(_ client: KubernetesClient, _ name: String) async throws(KubernetesError) {
      _ = try await client.get(ConfigMap.self, name: name, namespace: "dev")
    }
    try await get(api.client, "a")
    try await get(api.client, "a")
    #expect(api.server.acceptedConnections == 1)
    async let pooled: Void = get(api.client, "a")
    let error = await failure { () throws(KubernetesError) in
      try await get(api.client.bounded(requestTimeout: .milliseconds(200)), "silent")
    }
    try await pooled
    #expect(error?.code == .transport)
    let before = api.server.acceptedConnections
    try await get(api.client, "a")
    try await get(api.client, "a")
    #expect(api.server.acceptedConnections == before + 2)
    time.advance(by: ConnectionHealth.suspicion)
    try await get(api.client, "a")
    #expect(api.server.acceptedConnections == before + 2)
    await api.close()
  }
}
