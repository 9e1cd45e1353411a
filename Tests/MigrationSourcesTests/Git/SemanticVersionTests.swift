@testable import MigrationSources
import Testing

@Suite("Semantic versions")
struct SemanticVersionTests {
  @Test("are ordered as semver.org says in rule 11")
  func order() throws {
    let order = [
      "0.0.1", "0.1.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1", "1.0.0", "v1.0.1", "1.2.0", "1.10.0", "2.0.0",
    ]
    let versions = order.compactMap { SemanticVersion($0) }
    #expect(versions.count == order.count)
    for (index, one) in versions.enumerated() {
      for (place, other) in versions.enumerated() { #expect((one < other) == (index < place), "\(one) \(other)") }
    }
    #expect(SemanticVersion("1.0.0+a") == SemanticVersion("1.0.0+b"))
  }

  @Test(
    "have three numbers and nothing odd",
    arguments: [
      "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3-ä", "V1.2.3",
      " 1.2.3", "1.2.3 ", "-1.2.3", "99999999999999999999.0.0", "release-1.2.3", "1.2.3-a_b",
    ])
  func bad(text: String) {
    #expect(SemanticVersion(text) == nil)
  }

  struct Case: Sendable {
    let range: String
    let inside: [String]
    let outside: [String]

    init(_ range: String, _ inside: [String], not outside: [String]) {
      (self.range, self.inside, self.outside) = (range, inside, outside)
    }
  }

  // As the README of Masterminds/semver describes them.
  private static let cases: [Case] = [
    Case(">=1.2.0 <2", ["1.2.0", "1.99.0"], not: ["1.1.9", "2.0.0", "2.0.0-rc.1", "1.3.0-rc.1"]),
    Case(">=1.2.0, <2", ["1.2.0", "1.99.0"], not: ["2.0.0"]),
    Case(">= 1.2.0 < 2", ["1.2.0"], not: ["2.0.0"]),
    Case("1.2.3", ["1.2.3", "v1.2.3"], not: ["1.2.4", "1.2.3-a"]), Case("=1.2.3", ["1.2.3"], not: ["1.2.2"]),
    Case("1.2", ["1.2.0", "1.2.9"], not: ["1.3.0", "1.1.9"]), Case("1", ["1.0.0", "1.9.9"], not: ["2.0.0", "0.9.9"]),
    Case("1.x", ["1.0.0", "1.9.9"], not: ["2.0.0", "0.9.9"]), Case("1.2.*", ["1.2.7"], not: ["1.3.0"]),
    Case("*", ["0.0.0", "9.9.9"], not: ["1.0.0-a"]), Case(">=0.0.0-0", ["1.0.0-a", "1.0.0"], not: []),
    Case("~1.2.3", ["1.2.3", "1.2.9"], not: ["1.2.2", "1.3.0"]), Case("~1.2", ["1.2.0"], not: ["1.3.0"]),
    Case("~1", ["1.0.0", "1.9.0"], not: ["2.0.0"]), Case("~>1.2", ["1.2.4"], not: ["1.3.0"]),
    Case("^1.2.3", ["1.2.3", "1.9.0"], not: ["1.2.2", "2.0.0"]), Case("^1", ["1.0.0", "1.9.0"], not: ["2.0.0"]),
    Case("^0.2.3", ["0.2.3", "0.2.9"], not: ["0.3.0", "0.2.2"]), Case("^0.0.3", ["0.0.3"], not: ["0.0.4"]),
    Case("^0.0", ["0.0.0", "0.0.9"], not: ["0.1.0"]), Case("^0", ["0.0.0", "0.9.9"], not: ["1.0.0"]),
    Case("^1.2.3-beta.2", ["1.2.3-beta.2", "1.2.3", "1.4.0-a"], not: ["1.2.3-beta.1", "2.0.0-a"]),
    Case(">1.2", ["1.3.0"], not: ["1.2.0", "1.2.9"]), Case(">1.2.3", ["1.2.4"], not: ["1.2.3"]),
    Case("<=1.2", ["1.2.9", "0.1.0"], not: ["1.3.0"]), Case("<1.2", ["1.1.9"], not: ["1.2.0"]),
    Case("=>1", ["1.0.0"], not: ["0.9.9"]), Case("=<1.2.3", ["1.2.3"], not: ["1.2.4"]),
    Case("!=1.5", ["1.4.0", "1.6.0"], not: ["1.5.0", "1.5.9"]),
    Case("!=1.5.0 >=1", ["1.5.1"], not: ["1.5.0", "0.1.0"]),
    Case("1.2 - 1.4.5", ["1.2.0", "1.4.5"], not: ["1.1.9", "1.4.6"]), Case("1.2 - 2", ["2.9.9"], not: ["3.0.0"]),
    Case("<1 || >=2", ["0.9.9", "2.0.0"], not: ["1.0.0"]), Case("1.x || 3.x", ["1.1.1", "3.1.1"], not: ["2.0.0"]),
  ]

  @Test("are in a range as Flux reads it", arguments: cases.indices)
  func ranges(index: Int) throws {
    let entry = Self.cases[index]
    let range = try #require(SemanticVersionRange(entry.range))
    for (texts, isInside) in [(entry.inside, true), (entry.outside, false)] {
      for text in texts {
        let version = try #require(SemanticVersion(text))
        #expect(range.contains(version) == isInside, "\(text) \(entry.range)")
      }
    }
  }

  @Test(
    "make no range of nonsense",
    arguments: [
      "", " ", "||", "1.x ||", "latest", ">", ">=", ">= <", "1.2.3.4", "~*x", "=>=1", "><1", "1 -", "- 1", "1 - x.1",
      "1.x.2",
      "1..2", "1.", "x.1", "01", "^01.2", "1.2-a", ">*", "<*", "!=*", ";1", "1;2", String(repeating: "1 ", count: 200),
    ])
  func nonsense(text: String) {
    #expect(SemanticVersionRange(text) == nil)
  }
}
