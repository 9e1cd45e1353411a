@testable import Commands
import TestSupport
import Testing

@Suite("Local clusters")
struct LocalClusterTests {
  @Test(
    "are known by their context's name",
    arguments: [
      ("kind-dev", nil, true), ("k3d-a", nil, true), ("minikube", nil, true), ("docker-desktop", nil, true),
      ("orbstack", nil, true), ("whimbrel-local", nil, true), ("kind-", nil, false), ("my-kind-dev", nil, false),
      ("minikube-prod", nil, false), ("prod", nil, false), ("", nil, false), (nil, nil, false), (nil, "", false),
      ("prod", "prod", true), ("prod", "stage", false),
    ] as [(String?, String?, Bool)])
  func contexts(context: String?, allowed: String?, isAccepted: Bool) {
    #expect(LocalCluster.accepts(context, allowed: allowed) == isAccepted)
  }

  @Test("the Tiltfile of the example accepts the same, but for the servers without containers")
  func tiltfile() throws {
    let text = try TextFile.read(Checkout.path + "/examples/betting-platform/Tiltfile")
    for name in LocalCluster.names where name != "whimbrel-local" { #expect(text.contains("'\(name)'"), "\(name)") }
  }
}
