import Testing

@testable import HTTP

@Suite("silence timer")
struct SilenceTimerTests {
  private let start = ContinuousClock.now

  @Test("until the connection stands, only the connect limit counts, and bytes of others do not extend it")
  func connecting() throws {
    var timer = SilenceTimer(connectLimit: .seconds(10), idleLimit: .seconds(1), now: start)
    timer.touch(start + .seconds(9))
    timer.letGo(start + .seconds(9))
    let left = try #require(timer.remaining(start + .seconds(9)))
    #expect(left > .seconds(1) && left < .seconds(2))
    let late = try #require(timer.remaining(start + .seconds(11)))
    #expect(late < .zero)
    #expect(timer.verdict.contains("no connection within 10"))
  }

  @Test("the silence counts from the last byte, and not while the reader holds back")
  func exchanging() {
    var timer = SilenceTimer(connectLimit: .seconds(1), idleLimit: .seconds(10), now: start)
    timer.connected(start)
    #expect(timer.remaining(start + .seconds(4)) == .seconds(6))
    timer.touch(start + .seconds(4))
    #expect(timer.remaining(start + .seconds(15)) == .seconds(-1))
    #expect(timer.verdict.contains("no byte came or went for 10"))
    timer.holdBack()
    #expect(timer.remaining(start + .seconds(100)) == nil)
    timer.letGo(start + .seconds(100))
    #expect(timer.remaining(start + .seconds(101)) == .seconds(9))
  }

  @Test("without an idle limit a connected transfer may be silent for ever")
  func unlimited() {
    var timer = SilenceTimer(connectLimit: .seconds(1), idleLimit: nil, now: start)
    timer.connected(start)
    #expect(timer.remaining(start + .seconds(1_000_000)) == nil)
  }
}
