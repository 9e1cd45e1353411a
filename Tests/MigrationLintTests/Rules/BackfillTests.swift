import MigrationCore
import MigrationLint
import Testing

@Suite("Backfills in scripts that are linted")
struct BackfillTests {
  private static let good = #"-- whimbrel: backfill table=t set="a = 1" where="a IS NULL" batch=5"#

  @Test(
    "what a run would refuse is found",
    arguments: [
      ("V1__b.sql", good, []), ("V1__b.sql", "-- whimbrel: backfill table=t", ["parse-broken"]),
      ("V1__b.sql", "-- x\n-- whimbrel: backfil table=t", ["parse-broken"]),
      ("V1__b.sql", "\(good)\nVACUUM;", ["parse-broken"]), ("R__b.sql", good, ["parse-broken"]),
      ("V1__b.sql", "-- whimbrel: window=night\n\(good)", []),
      // What a placeholder's value makes of it is not known.
      ("V1__b.sql", #"-- whimbrel: backfill table=${t} set="a = 1" where="a IS NULL" batch=${n}"#, []),
    ])
  func findings(name: String, text: String, rules: [String]) {
    #expect(Linting.rules(text, name: name).filter { $0 == "parse-broken" } == rules)
  }

  @Test("a finding has the place of the value")
  func place() {
    let findings = Linting.run([("V1__b.sql", "\n  " + Self.good.dropLast() + "0x")]).findings
    #expect(findings.map { "\($0.start.line):\($0.start.column)" } == ["2:69"], "\(findings)")
  }
}
