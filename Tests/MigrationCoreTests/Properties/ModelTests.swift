import Testing

@Suite("Against a naive model of Flyway's rules")
struct ModelTests {
  @Test("states, order, findings and repairs are those of the model, whatever happens to a directory")
  func agreement() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<150 as Range<UInt64> {
      var scenario = ModelScenario(seed: seed)
      try scenario.run(steps: 50)
      seen.merge(scenario.seen) { $0 + $1 }
    }
    let states: Set = [
      "PENDING", "ABOVE_TARGET", "BELOW_BASELINE", "BASELINE_IGNORED", "BASELINE", "IGNORED", "MISSING_SUCCESS",
      "MISSING_FAILED", "SUCCESS", "FAILED", "OUT_OF_ORDER", "FUTURE_SUCCESS", "FUTURE_FAILED", "OUTDATED",
      "SUPERSEDED", "DELETED",
    ]
    #expect(states.subtracting(seen.keys).isEmpty, "a state that never came up is not compared: \(seen)")
  }

  @Test(
    "so they are for seeds that nobody chose",
    arguments: (0..<5).map { _ in UInt64.random(in: 1_000_000...UInt64(UInt32.max)) })
  func chance(seed: UInt64) throws {
    var scenario = ModelScenario(seed: seed)
    try scenario.run(steps: 50)
  }
}
