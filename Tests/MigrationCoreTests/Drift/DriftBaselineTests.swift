import MigrationCore
import Testing

@Suite("What a stored baseline is good for")
struct DriftBaselineTests {
  private static func fingerprint(_ ranks: Int, server: String = "15") -> DriftFingerprint {
    let rows = (0..<ranks).map { rank in
      HistoryRow(
        installedRank: rank + 1, version: nil, description: "", type: "SQL", script: "", checksum: nil, installedBy: "",
        installedOn: "", executionTime: 0, success: true)
    }
    return DriftFingerprint(basis: .init(scope: "", server: server), DriftFingerprint.objects(of: rows))
  }

  private static let stored = fingerprint(2)
  private static let seal = DriftBaseline.Seal(digest: DriftFingerprint.digest(of: stored.text), run: "r1")

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var text: String? = stored.text
    var seal: DriftBaseline.Seal? = DriftBaselineTests.seal
    var lastRun: String? = "r1"
    var current = stored
    let judgement: DriftBaseline.Judgement
  }

  static let cases = [
    Case(testDescription: "sealed and there", judgement: .compare(stored)),
    Case(testDescription: "rows inserted by others", current: fingerprint(3), judgement: .compare(stored)),
    Case(testDescription: "the first look", text: nil, seal: nil, lastRun: nil, judgement: .take(.first)),
    Case(testDescription: "a resource made anew", seal: nil, lastRun: nil, judgement: .compare(stored)),
    Case(testDescription: "taken away by hand", text: nil, judgement: .altered),
    Case(testDescription: "edited by hand", text: fingerprint(1).text, judgement: .altered),
    Case(
      testDescription: "a run that ended without its baseline", lastRun: "r2", current: fingerprint(3),
      judgement: .take(.unfinishedRun)),
    Case(
      testDescription: "a run whose baseline was stored and not reported", text: fingerprint(3).text, lastRun: "r2",
      current: fingerprint(4), judgement: .take(.unfinishedRun)),
    Case(testDescription: "a run that has applied nothing", lastRun: "r2", judgement: .compare(stored)),
    Case(
      testDescription: "a run that has applied nothing, and an edited text", text: fingerprint(2, server: "14").text,
      lastRun: "r2", judgement: .altered),
    Case(
      testDescription: "another version of the server", current: fingerprint(2, server: "16"),
      judgement: .take(.incomparable)),
    Case(
      testDescription: "a text of another version of this program", text: "whimbrel-drift\t0\tx",
      seal:
        .init(digest: DriftFingerprint.digest(of: "whimbrel-drift\t0\tx"), run: "r1"), judgement: .take(.incomparable)),
  ]

  @Test("is decided from the text, its seal, the latest run and what is there", arguments: cases)
  func judge(_ item: Case) {
    let judgement = DriftBaseline.judge(item.text, seal: item.seal, lastRun: item.lastRun, current: item.current)
    #expect(judgement == item.judgement)
  }
}
