@testable import Controller
import MigrationLint
import Testing

@Suite("spec.lint")
struct LintPolicyTests {
  private static func reading(_ lint: LintSpec?) throws(SpecProblems) -> LintPolicy? {
    var spec = Samples.spec()
    spec.lint = lint
    return try SpecReading(spec).lint
  }

  @Test("without it nothing is judged, and an empty one stops errors")
  func defaults() throws {
    #expect(try Self.reading(nil) == nil)
    let policy = try #require(try Self.reading(LintSpec()))
    #expect(policy.failOn == .error && policy.settings.tenantColumn == "tenant_id" && policy.settings.weights.isEmpty)
  }

  @Test("levels, column and rules are taken as they are written")
  func written() throws {
    let rule = try #require(Rule.all.first?.id)
    let policy = try #require(
      try Self.reading(LintSpec(failOn: "Never", tenantColumn: "customer_id", rules: [rule: "Off"])))
    #expect(policy.failOn == nil && policy.settings.tenantColumn == "customer_id")
    #expect(policy.settings.weights == [rule: .off])
    #expect(try Self.reading(LintSpec(failOn: "Info"))?.failOn == .info)
  }

  @Test(
    "what cannot be followed is said with its path",
    arguments: [
      (LintSpec(failOn: "Sometimes"), "spec.lint.failOn: 'Sometimes' is not one of Error, Info, Never, Warning"),
      (LintSpec(tenantColumn: ""), "spec.lint.tenantColumn: a name has 1 to 63 bytes"),
      (
        LintSpec(rules: ["cit-nothing": "Off"]),
        "spec.lint.rules: there is no rule 'cit-nothing'; whimbrel lint --explain all lists them"
      ),
      (
        LintSpec(rules: [Rule.all[0].id: "Loud"]),
        "spec.lint.rules.\(Rule.all[0].id): 'Loud' is not one of Error, Info, Off, Warning"
      ),
    ])
  func problems(spec: LintSpec, message: String) {
    #expect(throws: SpecProblems(messages: [message])) { try Self.reading(spec) }
  }
}
