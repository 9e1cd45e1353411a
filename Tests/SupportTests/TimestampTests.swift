import FoundationEssentials
import Support
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "known moments are read and written",
    arguments: [
      ("1970-01-01T00:00:00Z", Int64(0)), ("1969-12-31T23:59:59Z", -1), ("2000-02-29T12:00:00Z", 951_825_600),
      ("2001-09-09T01:46:40Z", 1_000_000_000), ("2024-02-29T23:59:59Z", 1_709_251_199),
      ("2026-01-02T03:04:05Z", 1_767_323_045), ("1900-03-01T00:00:00Z", -2_203_891_200),
      ("1900-02-28T23:59:59Z", -2_203_891_201), ("2038-01-19T03:14:08Z", 2_147_483_648),
      ("9999-12-31T23:59:59Z", 253_402_300_799), ("0001-01-01T00:00:00Z", -62_135_596_800),
    ])
  func known(text: String, seconds: Int64) {
    let moment = Timestamp(rfc3339: text)
    #expect(moment?.microseconds == seconds * 1_000_000)
    #expect(moment?.rfc3339 == text)
  }

  @Test("every day of 1600 to 2400 agrees with Foundation and survives the round trip")
  func days() {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt)
    var seconds: Int64 = -11_676_096_000
    while seconds < 13_569_465_600 {
      let moment = Timestamp(microseconds: seconds * 1_000_000 + 123_456)
      if Timestamp(rfc3339: moment.rfc3339Microseconds) != moment {
        Issue.record("\(moment.rfc3339Microseconds) does not come back")
      }
      if seconds % 37 == 0, moment.rfc3339 != Date(timeIntervalSince1970: Double(seconds)).formatted(style) {
        Issue.record("\(moment.rfc3339) is not what Foundation says")
      }
      // One day and a little, so that the time of day varies too.
      seconds += 86_400 + 61
    }
  }

  @Test(
    "the last microsecond of a second never shows as the next one, in any century",
    arguments: ["0001-01-01", "1899-12-31", "1969-12-31", "1970-01-01", "2026-11-22", "2300-07-04", "9999-12-31"])
  func fractions(date: String) {
    let text = "\(date)T23:59:59.999999Z"
    let moment = Timestamp(rfc3339: text)
    #expect(moment?.rfc3339Microseconds == text)
    #expect(moment?.rfc3339 == "\(date)T23:59:59Z")
  }

  @Test(
    "fractions of any length are read to the microsecond",
    arguments: [
      ("2026-01-02T03:04:05.1Z", Int64(100_000)), ("2026-01-02T03:04:05.000006Z", 6),
      ("2026-01-02T03:04:05.123456789Z", 123_456), ("2026-01-02T03:04:05.0Z", 0),
    ])
  func fractionLengths(text: String, microseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.microseconds == 1_767_323_045_000_000 + microseconds)
  }

  @Test(
    "anything else is no moment",
    arguments: [
      "", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-01-02t03:04:05Z",
      "2026-01-02T03:04:05z",
      "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1.1Z", "2026-01-02T03:04:05,1Z",
      "2026-13-02T03:04:05Z", "2026-00-02T03:04:05Z", "2026-01-32T03:04:05Z", "2026-01-00T03:04:05Z",
      "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:61Z", "+026-01-02T03:04:05Z",
      "-026-01-02T03:04:05Z", "2026-+1-02T03:04:05Z", "2026-01-+2T03:04:05Z", "2026-01-02T+3:04:05Z",
      "2026-01-02T03:+4:05Z", "2026-01-02T03:04:+5Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
      "1900-02-29T00:00:00Z", "٢٠٢٦-01-02T03:04:05Z", "2026-01-02T03:04:05Z\n", " 2026-01-02T03:04:05Z",
      "2026-01-02T03:04:05.\(String(repeating: "9", count: 100))Z", "12026-01-02T03:04:05Z", "2026-01-02T03:04:05\0Z",
    ])
  func refuses(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test("moments are ordered, and differences are exact")
  func differences() {
    let early = Timestamp(microseconds: -1)
    let late = early.advanced(by: .milliseconds(1500))
    #expect(early < late)
    #expect(late.microseconds == 1_499_999)
    #expect(late.since(early) == .milliseconds(1500))
    #expect(late.advanced(by: .milliseconds(-1500)) == early)
  }

  @Test("the system's clock agrees with Foundation's to the second or so")
  func systemClock() {
    let now = Double(WallClock.system.now().microseconds) / 1_000_000
    #expect(abs(now - Date().timeIntervalSince1970) < 5)
  }
}
