import MigrationCore
import Testing

@Suite("Fingerprints")
struct DriftFingerprintTests {
  private static let basis = DriftFingerprint.Basis(scope: "public", server: "15 13.2-1")

  private static func fingerprint(_ objects: DriftObject...) -> DriftFingerprint {
    DriftFingerprint(basis: basis, objects)
  }

  private static func column(_ type: String, _ more: [String: String] = [:]) -> DriftObject {
    DriftObject(.column, "public.bets.note", more.merging(["type": type]) { $1 })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: DriftFingerprint
    let actual: DriftFingerprint
    let texts: [String]

    init(
      _ description: String, _ expected: [DriftObject], _ actual: [DriftObject], _ texts: [String]
    ) {
      testDescription = description
      self.expected = DriftFingerprint(basis: basis, expected)
      self.actual = DriftFingerprint(basis: basis, actual)
      self.texts = texts
    }
  }

  static let cases = [
    Case("nothing", [column("text")], [column("text")], []),
    Case(
      "another type", [column("text")], [column("character varying(20)")],
      ["column public.bets.note changed: type text expected, type character varying(20) found"]),
    Case(
      "a property that came", [column("text")], [column("text", ["not null": "yes"])],
      ["column public.bets.note changed: no not null expected, not null yes found"]),
    Case(
      "two properties, in the order of their names", [column("text", ["identity": "always"])], [column("bigint")],
      ["column public.bets.note changed: identity always, type text expected, no identity, type bigint found"]),
    Case(
      "half of a digest", [column("text", ["default": "#0123456789abcdef"])],
      [column("text", ["default": "#fedcba9876543210"])],
      ["column public.bets.note changed: default #01234567 expected, default #fedcba98 found"]),
    Case("one that is gone", [column("text")], [], ["column public.bets.note is missing"]),
    Case("one more", [], [column("text")], ["column public.bets.note is there and should not be"]),
    Case(
      "a table as a whole, without its parts but with its index",
      [
        DriftObject(.table, "public.bets", ["owner": "a"]), column("text"),
        DriftObject(.constraint, "public.bets.\"a.b\"", [:]), DriftObject(.index, "public.bets_i", [:]),
      ], [], ["table public.bets is missing", "index public.bets_i is missing"]),
    Case(
      "a column of a table that is there in another way",
      [DriftObject(.table, "public.bets", ["owner": "a"]), column("text")],
      [DriftObject(.table, "public.bets", ["owner": "b"])],
      [
        "table public.bets changed: owner a expected, owner b found", "column public.bets.note is missing",
      ]),
  ]

  @Test("what differs is named, with what differs about it", arguments: cases)
  func differences(_ item: Case) {
    let found = DriftFingerprint.differences(expected: item.expected, actual: item.actual)
    #expect(found.map(\.text) == item.texts)
  }

  @Test("a stored fingerprint reads as it was, whatever its names hold")
  func roundTrip() throws {
    let odd = "a\tb\nc\\d\\te 'f' \"g\" \u{1F426}"
    let fingerprint = Self.fingerprint(
      DriftObject(.table, odd, [odd: odd, "owner": ""]), DriftObject(.index, "public.i", [:]),
      DriftObject(.materializedView, "public.m", ["definition": "#0011223344556677"]))
    #expect(DriftFingerprint(text: fingerprint.text) == fingerprint)
    let again = try #require(DriftFingerprint(text: fingerprint.text))
    #expect(again.text == fingerprint.text)
  }

  @Test(
    "what another version stored, or somebody else, is not read",
    arguments: [
      "", "whimbrel-drift\t2\tpublic\t15", "a comment", "whimbrel-drift\t1\tpublic",
      "whimbrel-drift\t1\t\t15\nno-kind\tx",
      "whimbrel-drift\t1\t\t15\ntable\tx\ty", "whimbrel-drift\t1\t\t15\ntable",
    ])
  func otherVersion(_ text: String) {
    #expect(DriftFingerprint(text: text) == nil)
  }

  @Test("equal fingerprints are equal texts, in whatever order they were read")
  func order() {
    let objects = (0..<50).map { DriftObject(.table, "t\($0)", ["a": "\($0)", "b": "x", "c": "y"]) }
    let texts = (0..<5).map { _ in DriftFingerprint(basis: Self.basis, objects.shuffled()).text }
    #expect(Set(texts).count == 1)
  }

  @Test("a long value is kept as a digest")
  func longValue() {
    let object = DriftObject(.type, "t", ["labels": String(repeating: "x", count: 241), "owner": "a"])
    #expect(object.properties["labels"]?.hasPrefix("#") == true && object.properties["labels"]?.count == 17)
    #expect(object.properties["owner"] == "a")
  }

  @Test("rows of the history are compared like objects: edited, taken away, added, settled otherwise")
  func history() {
    func row(_ rank: Int, _ checksum: Int32, _ success: Bool = true) -> HistoryRow {
      HistoryRow(
        installedRank: rank, version: "\(rank)", description: "d", type: "SQL", script: "V\(rank)__d.sql",
        checksum: checksum, installedBy: "a", installedOn: "2026-01-01", executionTime: rank, success: success)
    }
    let before = DriftFingerprint(
      basis: Self.basis, DriftFingerprint.objects(of: [row(1, 1), row(2, 2), row(3, 3), row(4, 4)]))
    var slower = row(4, 4)
    slower.executionTime = 99
    let after = DriftFingerprint(
      basis: Self.basis, DriftFingerprint.objects(of: [row(1, 7), row(3, 3, false), slower, row(5, 5)]))
    #expect(before.lastRank == 4 && after.lastRank == 5)
    let found = DriftFingerprint.differences(expected: before, actual: after)
    #expect(
      found.map(\.text) == [
        "history 1 changed: checksum 1 expected, checksum 7 found", "history 2 is missing",
        "history 3 changed: success true expected, success false found", "history 5 is there and should not be",
      ])
    #expect(after.withHistory(of: before) == before)
  }

  @Test("a run takes over what it changed, and leaves what was changed before it as drift")
  func carriedOver() {
    let (old, drifted) = (Self.column("text"), Self.column("bigint"))
    let table = DriftObject(.table, "public.bets", ["owner": "a"])
    let new = DriftObject(.table, "public.new", ["owner": "a"])
    let stray = DriftObject(.index, "public.stray", [:])
    let baseline = Self.fingerprint(old, table)
    let before = Self.fingerprint(drifted, table, stray)
    let after = Self.fingerprint(drifted, table, stray, new)
    let carried = DriftFingerprint.baseline(baseline, carriedOver: before, to: after)
    #expect(carried == Self.fingerprint(old, table, new))
    // Now the run itself puts the column right, and drops the index.
    let corrected = Self.fingerprint(old, table)
    #expect(DriftFingerprint.baseline(baseline, carriedOver: before, to: corrected) == corrected)
    // And one that drops what had drifted: it is gone on purpose.
    let dropped = Self.fingerprint(table, stray)
    let left = DriftFingerprint.baseline(baseline, carriedOver: before, to: dropped)
    #expect(left == Self.fingerprint(table))
  }
}
