@testable import Promotion
import Support
import Testing

@Suite("Time zones")
struct TimeZoneTests {
  private static func moment(_ text: String) -> Int64 { (Timestamp(rfc3339: text)?.microseconds ?? 0) / 1_000_000 }

  /// A compiled zone, put together by hand.
  static func file(
    version: Unicode.Scalar = "2", times: [(Int64, UInt8)] = [], offsets: [Int32] = [0], footer: String? = "UTC0",
    leaps: Int = 0
  ) -> [UInt8] {
    func number(_ value: Int64, _ width: Int) -> [UInt8] {
      (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
    }
    func block(_ width: Int) -> [UInt8] {
      var bytes = Array("TZif".utf8) + [UInt8(version.value)] + [UInt8](repeating: 0, count: 15)
      for count in [0, 0, leaps, times.count, offsets.count, 4] { bytes += number(Int64(count), 4) }
      bytes += times.flatMap { number($0.0, width) } + times.map(\.1)
      bytes += offsets.flatMap { number(Int64($0), 4) + [0, 0] } + Array("ABC\0".utf8)
      return bytes + [UInt8](repeating: 0, count: leaps * (width + 4))
    }
    return block(4) + (version == "\0" ? [] : block(8) + Array("\n\(footer ?? "")\n".utf8))
  }

  @Test(
    "the rule for later years is read in all its forms",
    arguments: [
      ("UTC0", "2026-07-01T00:00:00Z", 0), ("<+0330>-3:30", "2026-07-01T00:00:00Z", 12600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600),
      ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400),
      ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -18000),
      // The south: summer time goes over the new year.
      ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-01-01T00:00:00Z", 46800),
      ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-06-01T00:00:00Z", 43200),
      // Ireland's winter time is the exception; half an hour; days of the year; before midnight.
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0),
      ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01T00:00:00Z", 39600),
      ("A-1B,J60,J61", "2028-02-29T12:00:00Z", 3600), ("A-1B,J60,J61", "2028-03-01T12:00:00Z", 7200),
      ("A-1B,59,60", "2028-02-29T12:00:00Z", 7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600),
    ].filter { $0.0 != "A-1B,J60,J61" && $0.0 != "A-1B,59,60" } + [
      ("AAA-1BBB,J60,J61", "2028-02-29T12:00:00Z", 3600), ("AAA-1BBB,J60,J61", "2028-03-01T12:00:00Z", 7200),
      ("AAA-1BBB,59,60", "2028-02-29T12:00:00Z", 7200),
    ] as [(String, String, Int64)])
  func rules(rule: String, at moment: String, offset: Int64) throws {
    #expect(try #require(ZoneRule(rule)).offset(at: Self.moment(moment)) == offset)
  }

  @Test(
    "what is no rule is none",
    arguments: [
      "", "X", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
      "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365", "CET-1CEST,366,1", "CET-200", "<X-1",
      "CET-1CEST,M3.5.0,M10.5.0x",
      "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1:60",
    ])
  func noRule(text: String) {
    #expect(ZoneRule(text) == nil)
  }

  @Test("a compiled zone gives offsets before, between and after its transitions")
  func table() throws {
    let bytes = Self.file(times: [(1000, 1), (2000, 0)], offsets: [60, 3600], footer: "AAA-2")
    let zone = try TimeZoneTable(tzif: bytes)
    #expect([999, 1000, 1999, 2000, 5000].map { zone.offset(at: $0) } == [60, 3600, 3600, 7200, 7200])
    let open = try TimeZoneTable(tzif: Self.file(times: [(1000, 1)], offsets: [60, 3600], footer: ""))
    #expect(open.offset(at: 9_999_999) == 3600)
    let old = try TimeZoneTable(tzif: Self.file(version: "\0", times: [(1000, 1)], offsets: [60, 3600]))
    #expect([0, 1000].map { old.offset(at: $0) } == [60, 3600])
  }

  @Test("a file that ends early, wherever, is refused and never read beyond its end")
  func short() {
    let bytes = Self.file(times: [(1000, 1), (2000, 0)], offsets: [60, 3600], footer: "AAA-2")
    for count in 0..<bytes.count {
      #expect(throws: PromotionError.self, "\(count)") { try TimeZoneTable(tzif: Array(bytes.prefix(count))) }
    }
  }

  @Test("a damaged file is refused: order, indices, counts, offsets, leap seconds, size")
  func damaged() {
    let files = [
      Self.file(times: [(2000, 0), (1000, 0)]), Self.file(times: [(1000, 7)]), Self.file(offsets: []),
      Self.file(offsets: [100_000]), Self.file(leaps: 1), Self.file(footer: "nonsense"), [],
      [UInt8](repeating: 0x54, count: 200), Self.file() + [UInt8](repeating: 0, count: TimeZoneTable.largestFile),
    ]
    for file in files {
      let error = #expect(throws: PromotionError.self) { try TimeZoneTable(tzif: file) }
      #expect(error?.code == .zone)
    }
    var huge = Self.file()
    huge.replaceSubrange(32..<36, with: [0x7F, 0xFF, 0xFF, 0xFF])
    #expect(throws: PromotionError.self) { try TimeZoneTable(tzif: huge) }
  }

  @Test("a whole day that a zone leaves out is found as a skip: Samoa's 30th of December 2011")
  func skippedDay() throws {
    let change: Int64 = 1_325_239_200  // 2011-12-30T10:00:00Z
    let zone = try TimeZoneTable(
      tzif: Self.file(times: [(0, 0), (change, 1)], offsets: [-36000, 50400], footer: "<+14>-14"))
    #expect(zone.moments(ofLocal: Self.moment("2011-12-30T12:00:00Z")) == .skipped(change))
    #expect(zone.moments(ofLocal: Self.moment("2011-12-31T00:00:00Z")) == .once(change))
  }

  @Test("names are paths below the directory of zones, and nothing else")
  func names() throws {
    for good in ["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "EST5EDT"] {
      #expect(try ZoneName(good).text == good)
    }
    for bad in [
      "", "/etc/passwd", "../etc/passwd", "Europe/../../etc", "Europe/.", "Europe//Zurich", "Europe/", ".hidden", "a b",
      "a\0b", "Zürich", String(repeating: "a", count: 65),
    ] {
      #expect(throws: PromotionError.self, "\(bad)") { try ZoneName(bad) }
    }
  }

  @Test("every civil date is the day that it came from", arguments: [-800_000, -1, 0, 59, 60, 20_454, 20_513, 800_000])
  func dates(day: Int64) {
    for number in (day - 400)...(day + 400) {
      let date = CivilDate(day: number)
      #expect(CivilDate.number(year: date.year, month: date.month, day: date.day) == number)
    }
    #expect(CivilDate.weekday(of: 0) == 4 && CivilDate.weekday(of: -1) == 3)
    #expect(CivilDate.day(of: -1) == -1 && CivilDate.day(of: 0) == 0 && CivilDate.day(of: 86399) == 0)
  }
}
