@testable import Operations
import Testing

@Suite("The rate of webhooks")
struct WebhookRateTests {
  private let one = WebhookTarget(namespace: "dev", name: "one")
  private let two = WebhookTarget(namespace: "dev", name: "two")

  @Test("the first call counts at once, the second at the end of the interval, the others are part of the second")
  func coalesced() {
    var rate = WebhookRate(interval: .seconds(1))
    #expect(rate.take(one, at: .seconds(10)) == .now)
    #expect(rate.take(one, at: .milliseconds(10_300)) == .after(.milliseconds(700)))
    #expect(rate.take(one, at: .milliseconds(10_400)) == .coalesced)
    #expect(rate.take(two, at: .milliseconds(10_400)) == .now, "another resource has an interval of its own")
    // The one that was put off may begin late: until then all are part of it, and none after.
    #expect(rate.take(one, at: .seconds(13)) == .coalesced)
    rate.begin(one, at: .seconds(13))
    #expect(rate.take(one, at: .milliseconds(13_999)) == .after(.milliseconds(1)))
    rate.begin(one, at: .seconds(14))
    #expect(rate.take(one, at: .seconds(15)) == .now)
  }

  @Test("a call is never lost: after the last of any sequence a look begins")
  func neverLost() {
    var rate = WebhookRate(interval: .seconds(1))
    var due: Duration?
    var lastLook: Duration = .zero
    for step in 0..<500 {
      let now = Duration.milliseconds(37 * step)
      if let time = due, now >= time {
        rate.begin(one, at: now)
        (due, lastLook) = (nil, now)
      }
      switch rate.take(one, at: now) {
      case .now: lastLook = now
      case .after(let delay):
        #expect(due == nil && delay > .zero && delay <= .seconds(1))
        due = now + delay
      case .coalesced: #expect(due != nil)
      }
      #expect(lastLook == now || due != nil)
    }
  }

  @Test("what is long past is forgotten")
  func bounded() {
    var rate = WebhookRate(interval: .seconds(1))
    for number in 0..<5000 {
      _ = rate.take(WebhookTarget(namespace: "dev", name: "r\(number)"), at: .milliseconds(10 * number))
    }
    #expect(rate.count <= 1101)
  }
}
