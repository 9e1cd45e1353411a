import Controller
import Testing

@Suite("KeyBackoff")
struct KeyBackoffTests {
  @Test("waits double up to the longest one")
  func doubling() {
    var backoff = KeyBackoff<String, Int>()
    let delays = (0..<7).map { _ in backoff.delay(for: "a", cause: 1, maximum: .seconds(30)) }
    #expect(delays == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
  }

  @Test("another cause begins anew, another key has its own count, and a forgotten key begins anew")
  func anew() {
    var backoff = KeyBackoff<String, Int>()
    _ = backoff.delay(for: "a", cause: 1, maximum: .seconds(30))
    #expect(backoff.delay(for: "b", cause: 1, maximum: .seconds(30)) == .seconds(1))
    #expect(backoff.delay(for: "a", cause: 1, maximum: .seconds(30)) == .seconds(2))
    #expect(backoff.delay(for: "a", cause: 2, maximum: .seconds(30)) == .seconds(1))
    #expect(backoff.delay(for: "a", cause: 2, maximum: .seconds(30)) == .seconds(2))
    backoff.forget("a")
    #expect(backoff.count == 1)
    #expect(backoff.delay(for: "a", cause: 2, maximum: .seconds(30)) == .seconds(1))
  }

  @Test("chance shortens a wait by up to a tenth and never exceeds the longest one, however often it fails")
  func bounds() {
    var backoff = KeyBackoff<String, Int>()
    var random = SplitMix(state: 1)
    for _ in 0..<5000 {
      let number = Double.random(in: 0..<1, using: &random)
      let delay = backoff.delay(for: "a", cause: 1, maximum: .seconds(30), random: number)
      #expect(delay > .milliseconds(899) && delay <= .seconds(30))
    }
    #expect(backoff.delay(for: "a", cause: 1, maximum: .seconds(30), random: 0.5) == .milliseconds(28_500))
  }
}
