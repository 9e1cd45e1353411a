import Support
import Testing

@Suite("Backoff")
struct BackoffTests {
  @Test(
    "the wait doubles from the first failure up to the maximum and stays there",
    arguments: [
      (failures: -5, seconds: 1.0), (0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (64, 30),
      (65, 30), (.max, 30),
    ])
  func doubles(failures: Int, seconds: Double) {
    let backoff = Backoff(initial: .seconds(1), maximum: .seconds(30))
    #expect(backoff.delay(afterFailures: failures) == .seconds(seconds))
  }

  @Test("a first wait above the maximum is the maximum")
  func initialAboveMaximum() {
    let backoff = Backoff(initial: .seconds(60), maximum: .seconds(5))
    #expect(backoff.initial == .seconds(5))
    #expect(backoff.delay(afterFailures: 1) == .seconds(5))
    #expect(backoff.delay(afterFailures: 9) == .seconds(5))
  }

  @Test("a wait without a practical maximum never overflows")
  func noOverflow() {
    let backoff = Backoff(initial: .milliseconds(1), maximum: .seconds(Int64.max / 4))
    var before = Duration.zero
    for failures in 1...100 {
      let delay = backoff.delay(afterFailures: failures)
      #expect(delay >= before)
      before = delay
    }
  }
}
