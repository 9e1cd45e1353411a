import TestSupport
import Testing

/// On an API server of its own: pages install roles and delete them, which other tests would notice.
@Suite(
  "The documentation", .onRealParts, .statesCitus, .ownInfrastructure,
  .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct DocumentationTests {
  @Test("every block of commands that is marked so runs, and prints what it shows")
  func blocks() async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    let binary = try #require(RealParts.binary)
    let variables = ["WHIMBREL_STATE": local.state, "WHIMBREL_BINARY": binary]
    print(try await ToolRun.run("infrastructure/documentation", ["run"], in: Checkout.path, environment: variables))
  }
}
