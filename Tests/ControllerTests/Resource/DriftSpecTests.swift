@testable import Controller
import MigrationCore
import Testing

@Suite("spec.drift")
struct DriftSpecTests {
  private static func reading(_ drift: DriftSpec?) throws(SpecProblems) -> DriftPolicy {
    var spec = Samples.spec()
    spec.drift = drift
    return try SpecReading(spec).drift
  }

  @Test("absent compares nothing; present reports every ten minutes unless it says otherwise")
  func defaults() throws {
    #expect(try Self.reading(nil).mode == .off)
    let policy = try Self.reading(DriftSpec())
    #expect(policy.mode == .report && policy.interval == .seconds(600) && policy.ignore.isEmpty)
    #expect(try Self.reading(DriftSpec(onDrift: "Off")).mode == .off)
    let all = try Self.reading(DriftSpec(interval: "1m", onDrift: "Fail", ignore: ["*/a.b"]))
    #expect(all.mode == .fail && all.interval == .seconds(60) && all.ignore.map(\.text) == ["*/a.b"])
  }

  @Test(
    "what the schema refuses is refused here, too",
    arguments: [
      (DriftSpec(interval: "500ms"), "spec.drift.interval: must be at least 1s"),
      (DriftSpec(interval: "often"), "spec.drift.interval: 'often' is not a duration; write 30s, 5m or 1h30m"),
      (DriftSpec(onDrift: "Maybe"), "spec.drift.onDrift: 'Maybe' is not one of Fail, Off, Report"),
      (
        DriftSpec(ignore: ["tmp_*"]),
        "spec.drift.ignore[0]: 'tmp_*' is no pattern; write kind/name, such as index/public.tmp_*"
      ),
      (DriftSpec(ignore: .init(repeating: "table/a", count: 65)), "spec.drift.ignore: at most 64 patterns"),
    ])
  func refused(_ spec: DriftSpec, _ message: String) {
    let problems = #expect(throws: SpecProblems.self) { try Self.reading(spec) }
    #expect(problems?.messages == [message])
  }
}
