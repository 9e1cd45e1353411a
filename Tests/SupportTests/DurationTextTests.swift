import Support
import Testing

@Suite("DurationText")
struct DurationTextTests {
  @Test(
    "durations are read as Kubernetes resources spell them",
    arguments: [
      ("0s", Duration.zero), ("30s", .seconds(30)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
      ("1h30m", .seconds(5400)), ("1.5h", .seconds(5400)), ("250ms", .milliseconds(250)), ("0.25s", .milliseconds(250)),
      ("1h1m1s1ms", .milliseconds(3_661_001)), ("1s1s", .seconds(2)), ("90m", .seconds(5400)), ("007s", .seconds(7)),
      ("1.000s", .seconds(1)), ("876000h", .seconds(3_153_600_000)),
    ])
  func parses(text: String, expected: Duration) {
    #expect(DurationText.parse(text) == expected)
  }

  @Test(
    "anything else is no duration",
    arguments: [
      "", " ", "5", "s", "ms", "5 m", " 5m", "5m ", "5M", "5d", "5w", "5us", "-5m", "+5m", "5m-1s", "1.s", ".5s",
      "1..5s",
      "1.5.5s", "1e3s", "0x10s", "infs", "nans", "inf", "5m3", "5mm", "5mss", "٣s", "5ｍ", "5s\n", "\n5s", "5s\0",
      "5,5s",
      "1_000s", "877000h", "99999999999999999999999h", "1h99999999999999999999s",
      String(repeating: "9", count: 400) + "h", String(repeating: "1s", count: 10_000),
    ])
  func refuses(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(
    "a duration too short to count is a millisecond, not zero: zero means no limit", arguments: ["0.1ms", "0.0004s"])
  func neverRoundedToZero(text: String) {
    #expect(DurationText.parse(text) == .milliseconds(1))
  }

  @Test(
    "messages show the two largest units",
    arguments: [
      (Duration.zero, "0ms"), (.milliseconds(-5), "0ms"), (.milliseconds(250), "250ms"), (.seconds(1), "1s"),
      (.milliseconds(1999), "1s"), (.seconds(60), "1m"), (.seconds(61), "1m1s"), (.seconds(3600), "1h"),
      (.seconds(3661), "1h1m"), (.seconds(90061), "1d1h"), (.seconds(86400), "1d"),
    ])
  func formats(duration: Duration, expected: String) {
    #expect(DurationText.format(duration) == expected)
  }

  @Test(
    "whole hours, minutes and seconds survive format and parse", arguments: [1, 59, 60, 61, 600, 3600, 5400, 82_800])
  func roundTrip(seconds: Int) {
    #expect(DurationText.parse(DurationText.format(.seconds(seconds))) == .seconds(seconds))
  }
}
