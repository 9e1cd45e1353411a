import MigrationCore
import Testing

@Suite("Patterns of what is not reported as drift")
struct DriftPatternTests {
  @Test(
    "match kind and name",
    arguments: [
      ("index/public.tmp_*", "index/public.tmp_a", true), ("index/public.tmp_*", "index/public.tm", false),
      ("index/public.tmp_*", "table/public.tmp_a", false), ("*/public.a", "view/public.a", true),
      ("table/public.?", "table/public.a", true), ("table/public.?", "table/public.ab", false),
      ("table/*_old*", "table/public.a_old_b", true), ("table/*a*b*c", "table/xaybzc", true),
      ("table/*a*b*c", "table/xaybz", false), ("table/*", "table/", true), ("*/*", "policy/a.b.c", true),
      ("table/a*b", "table/aXbXb", true), ("materialized-view/*", "materialized-view/m", true),
    ])
  func matches(_ pattern: String, _ name: String, _ expected: Bool) throws {
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let kind = try #require(DriftKind(rawValue: parts[0]))
    #expect(try #require(DriftPattern(pattern)).matches(.init(kind, parts[1])) == expected)
  }

  @Test("are refused without a kind that exists, and when too long", arguments: ["", "tmp_*", "tabel/x", "/x"])
  func refused(_ text: String) {
    #expect(DriftPattern(text) == nil)
  }

  @Test("have a longest length")
  func longest() {
    #expect(DriftPattern("table/" + String(repeating: "a", count: 250)) != nil)
    #expect(DriftPattern("table/" + String(repeating: "a", count: 251)) == nil)
  }

  @Test("many stars take no time beyond pattern times name")
  func stars() throws {
    let pattern = try #require(DriftPattern("table/" + String(repeating: "a*", count: 120) + "b"))
    let start = ContinuousClock.now
    #expect(!pattern.matches(.init(.table, String(repeating: "a", count: 100_000))))
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
