@testable import Controller
import Testing

@Suite("The name of a target's Lease")
struct TargetLeaseNameTests {
  private static let targets = [
    "citus:5432/app", "citus:5432/App", "citus:5432/app ", "citus:5433/app", "other:5432/app", "citus:5432/ap/p",
    "citus:5432/ap-p", "citus:5432/ap_p", "citus:5432/-app-", "citus:5432/", "citus:5432", "", "/", "//",
    "[::1]:5432/app",
    "citus:5432/Ünïcode", "citus:5432/ملف", "citus:5432/\0", "citus:5432/a\nb", "citus:5432/..", "citus:5432/İ",
    "citus:5432/" + String(repeating: "x", count: 63), "citus:5432/" + String(repeating: "-x", count: 500),
    "citus:5432/" + String(repeating: "a", count: 39) + "--b", "citus:5432/🐦", "citus:5432/${HOME}; rm -rf",
  ]

  @Test("every target gives a valid DNS label", arguments: targets)
  func valid(target: String) {
    let name = TargetLeases.name(of: target)
    #expect(name.wholeMatch(of: /[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/) != nil, "\(name)")
  }

  @Test("different targets have different names, one target has one name")
  func distinct() {
    #expect(Set(Self.targets.map(TargetLeases.name)).count == Self.targets.count)
    #expect(TargetLeases.name(of: "citus:5432/app") == TargetLeases.name(of: "citus:5432/app"))
    #expect(TargetLeases.name(of: "citus:5432/betting_platform").hasPrefix("whimbrel-betting-platform-"))
  }
}
