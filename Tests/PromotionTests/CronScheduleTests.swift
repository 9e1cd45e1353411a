@testable import Promotion
import Support
import Testing

@Suite("Cron schedules")
struct CronScheduleTests {
  private static func seconds(_ text: String) -> Int64 { (Timestamp(rfc3339: text)?.microseconds ?? 0) / 1_000_000 }
  private static func text(_ seconds: Int64?) -> String? {
    seconds.map { Timestamp(microseconds: $0 * 1_000_000).rfc3339 }
  }

  private static func next(_ schedule: String, after moment: String, in zone: TimeZoneTable = .utc) throws -> String? {
    text(try CronSchedule(schedule).first(after: seconds(moment), in: zone))
  }

  @Test(
    "the next start comes from all five fields",
    arguments: [
      // The 1st of January 2026 is a Thursday.
      ("0 2 * * *", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"),
      ("0 2 * * *", "2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"),
      ("*/15 * * * *", "2026-01-01T00:01:00Z", "2026-01-01T00:15:00Z"),
      ("5/20 * * * *", "2026-01-01T00:26:00Z", "2026-01-01T00:45:00Z"),
      ("10-30/10 4 * * *", "2026-01-01T04:10:00Z", "2026-01-01T04:20:00Z"),
      ("0 2 * * 1-5", "2026-01-02T03:00:00Z", "2026-01-05T02:00:00Z"),
      ("0 2 * * sat", "2026-01-01T00:00:00Z", "2026-01-03T02:00:00Z"),
      ("0 2 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T02:00:00Z"),
      ("0 2 * * 0", "2026-01-01T00:00:00Z", "2026-01-04T02:00:00Z"),
      ("0 2 * * FRI-7", "2026-01-01T00:00:00Z", "2026-01-02T02:00:00Z"),
      ("0 0 1 JAN,jul *", "2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"),
      ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
      ("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"),
      ("1,2,50 0 * * *", "2026-01-01T00:02:30Z", "2026-01-01T00:50:00Z"),
      ("  0\t2  * * *  ", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"),
      ("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
      ("@Hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
      ("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
      ("@monthly", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
      ("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ])
  func next(schedule: String, after: String, expected: String) throws {
    #expect(try Self.next(schedule, after: after) == expected)
  }

  @Test(
    "day of month and day of week: either, where both are restricted; both, where one begins with *",
    arguments: [
      ("0 0 13 * 5", "2026-01-03T00:00:00Z", "2026-01-09T00:00:00Z"),  // A Friday before the 13th.
      ("0 0 6 * 5", "2026-01-03T00:00:00Z", "2026-01-06T00:00:00Z"),  // The 6th, a Tuesday.
      ("0 0 */2 * 5", "2026-01-03T00:00:00Z", "2026-01-09T00:00:00Z"),  // A Friday with an odd date.
      ("0 0 */2 * 5", "2026-01-09T00:00:00Z", "2026-01-23T00:00:00Z"),
      ("0 0 13 * */7", "2026-01-03T00:00:00Z", "2026-09-13T00:00:00Z"),  // The 13th, and a Sunday.
    ])
  func days(schedule: String, after: String, expected: String) throws {
    #expect(try Self.next(schedule, after: after) == expected)
  }

  @Test(
    "what is no schedule is refused, and so is a day that never comes",
    arguments: [
      "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
      "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *", "* * * foo *", "@noon",
      "@reboot", "+1 * * * *", "1.5 * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "*/61 * * * *", "** * * * *",
      "0 2 * * 1-5 # five", "0 0 * * sunday", "١ * * * *",
    ])
  func refused(schedule: String) {
    let error = #expect(throws: PromotionError.self) { try CronSchedule(schedule) }
    #expect(error?.code == .schedule)
  }

  @Test("a schedule of any length is read only up to a bound")
  func long() {
    let text = Array(repeating: "1", count: 1000).joined(separator: ",") + " * * * *"
    #expect(throws: PromotionError.self) { try CronSchedule(text) }
  }

  @Test(
    "in a zone with summer time a start that is skipped is at the skip, and one that is shown twice counts once",
    arguments: [
      // Zurich: on 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00.
      ("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
      ("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
      ("0 4 * * *", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
      ("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
      ("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
      ("30 1 * * *", "2026-10-25T00:00:00Z", "2026-10-26T00:30:00Z"),
      // A wildcard goes on in real time.
      ("30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
      ("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
      ("30 */2 * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ])
  func summerTime(schedule: String, after: String, expected: String) throws {
    let rule: ZoneRule = try #require(ZoneRule("CET-1CEST,M3.5.0,M10.5.0/3"))
    let zurich = TimeZoneTable(transitions: [], firstOffset: 3600, rule: rule)
    #expect(try Self.next(schedule, after: after, in: zurich) == expected)
  }
}
