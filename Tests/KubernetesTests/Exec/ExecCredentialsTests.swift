import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Requests with a credential plugin", .timeLimit(.minutes(5)))
struct ExecCredentialsTests {
  /// A server that knows one token.
  private func api(_ plugin: ExecPlugin, accepts token: Guarded<String>) throws -> ScriptedAPI {
    try ScriptedAPI(authentication: .exec(plugin)) { request, exchange in
      guard request.header("Authorization") == "Bearer \(token.withLock { $0 })" else {
        return exchange.status(401, "Unauthorized")
      }
      exchange.respond(status: 200, json: HTTPServerExchange.configMap("a", 1))
    }
  }

  @Sendable private static func get(_ client: KubernetesClient) async -> KubernetesError? {
    await failure { () throws(KubernetesError) in try await client.get(ConfigMap.self, name: "a", namespace: "dev") }
  }

  @Test("one run serves many requests, also those that come while it runs")
  func singleFlight() async throws {
    let script = try PluginScript(
      """
      while [ ! -e "$here/go" ]; do sleep 0.05; done
      echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
      """)
    let api = try api(script.plugin(), accepts: Guarded("t"))
    let requests = (0..<10).map { _ in Task { await Self.get(api.client) } }
    #expect(try await eventually { script.runs == 1 })
    // The one that is cancelled takes nothing from the others.
    requests[0].cancel()
    #expect(await requests[0].value?.code == .cancelled)
    try script.files.write("go", "")
    for request in requests.dropFirst() { #expect(await request.value == nil) }
    #expect(await Self.get(api.client) == nil)
    #expect(script.runs == 1)
    await api.close()
  }

  @Test("after a 401 the plugin runs again, and the request goes through")
  func rotated() async throws {
    let script = try PluginScript.handingOut(#"{"token":"old"}"#)
    let accepted = Guarded("old")
    let api = try api(script.plugin(), accepts: accepted)
    #expect(await Self.get(api.client) == nil)
    accepted.withLock { $0 = "new" }
    try script.handOut(#"{"token":"new"}"#)
    #expect(await Self.get(api.client) == nil)
    #expect(script.runs == 2)
    await api.close()
  }

  @Test("a server that refuses all that the plugin makes is not asked for ever")
  func refused() async throws {
    let script = try PluginScript.handingOut(#"{"token":"wrong"}"#)
    let api = try api(script.plugin(), accepts: Guarded("right"))
    for _ in 0..<5 { #expect(await Self.get(api.client) != nil) }
    #expect(script.runs == 2)
    #expect(api.server.requests.count == 1)
    await api.close()
  }

  @Test("a call that must be over soon does not wait for a slow plugin, whose result serves the next one")
  func bounded() async throws {
    let script = try PluginScript(
      """
      while [ ! -e "$here/go" ]; do sleep 0.05; done
      echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
      """)
    let api = try api(script.plugin(), accepts: Guarded("t"))
    let error = await Self.get(api.client.bounded(requestTimeout: .milliseconds(200)))
    #expect(error?.code == .credentials)
    #expect(error?.isTransient == true)
    try script.files.write("go", "")
    #expect(await Self.get(api.client) == nil)
    #expect(script.runs == 1)
    await api.close()
  }

  @Test("a plugin that fails fails the requests, without a run for each")
  func failing() async throws {
    let script = try PluginScript("exit 1")
    let api = try api(script.plugin(), accepts: Guarded("t"))
    for _ in 0..<5 { #expect(await Self.get(api.client)?.code == .credentials) }
    #expect(script.runs == 1)
    #expect(api.server.requests.isEmpty)
    await api.close()
  }
}
