import Controller
import Kubernetes
import Testing

@Suite("Installation")
struct InstallationTests {
  private let installation = Installation(leaseUID: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")

  private func key(_ name: String, _ namespace: String = "dev") -> ObjectKey {
    ObjectKey(namespace: namespace, name: name)
  }

  @Test("a session is named after installation and resource")
  func name() {
    #expect(installation.applicationName(of: key("betting")) == "whimbrel/0a1b2c3d/dev/betting")
  }

  @Test("a name that PostgreSQL would cut ends with a digest, and no two resources have the same")
  func longNames() {
    let longest = String(repeating: "n", count: 63 - "whimbrel/0a1b2c3d/dev/".count)
    #expect(installation.applicationName(of: key(longest)) == "whimbrel/0a1b2c3d/dev/\(longest)")
    let names = (0..<100).map { installation.applicationName(of: key(longest + "x\($0)")) }
    #expect(names.allSatisfy { $0.utf8.count == 63 && installation.owns($0) })
    #expect(Set(names).count == 100)
  }

  @Test("its own sessions are recognised, and nobody else's")
  func owns() {
    #expect(installation.owns("whimbrel/0a1b2c3d/dev/betting"))
    for other in [
      nil, "", "whimbrel", "whimbrel/0a1b2c3", "whimbrel/0a1b2c3d", "whimbrel/0a1b2c3e/dev/betting",
      "Whimbrel/0a1b2c3d/dev/betting", "flyway", "x whimbrel/0a1b2c3d/dev/betting",
    ] {
      #expect(!installation.owns(other), "\(other ?? "nil")")
    }
  }

  @Test("a session of its own is a left-over, unless it belongs to another run that this process has under way")
  func leftOvers() {
    let mine = installation.applicationName(of: key("betting"))
    let other = installation.applicationName(of: key("other"))
    #expect(installation.isLeftOver(mine, others: []))
    #expect(installation.isLeftOver(mine, others: [other]))
    #expect(!installation.isLeftOver(other, others: [other]))
    #expect(!installation.isLeftOver("flyway", others: []))
    #expect(!installation.isLeftOver(nil, others: []))
  }

  @Test("without a uid nothing is recognised")
  func withoutIdentity() {
    let unknown = Installation(leaseUID: "")
    #expect(!unknown.owns(unknown.applicationName(of: key("betting"))))
  }
}
