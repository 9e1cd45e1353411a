@testable import Commands
import Testing

@Suite("A directory that is being saved to")
struct SaveStateTests {
  private static let quiet = Duration.milliseconds(100)
  private static let script = "V1__a.sql"

  private static func state(_ events: [(Int, DirectoryEvent)] = []) -> SaveState {
    var state = SaveState(quiet: quiet, names: ScriptNames(suffixes: [".sql"]))
    for (moment, event) in events { state.handle(event, at: .milliseconds(moment)) }
    return state
  }

  @Test(
    "is read when nothing has happened for a while and nothing is open for writing",
    arguments: [
      // An editor that writes in place.
      (
        [(0, .init(kind: .written, name: script)), (5, .init(kind: .closed, name: script))], 104,
        .wait(.milliseconds(1))
      ),
      ([(0, .init(kind: .written, name: script)), (5, .init(kind: .closed, name: script))], 105, .read),
      // One that truncates, and writes later with the file still open.
      ([(0, .init(kind: .written, name: script))], 5000, .open([script])),
      // Two steps, each closed: the second one begins in time.
      (
        [
          (0, .init(kind: .written, name: script)), (1, .init(kind: .closed, name: script)),
          (90, .init(kind: .written, name: script)),
        ], 120, .wait(.milliseconds(70))
      ),
      // Vim: the old file goes away, the new one is written.
      (
        [
          (0, .init(kind: .replaced, name: script)), (3, .init(kind: .replaced, name: script)),
          (4, .init(kind: .written, name: script)), (9, .init(kind: .closed, name: script)),
        ], 109, .read
      ),
      // A temporary file takes its place.
      ([(0, .init(kind: .written, name: "V1__a.sql.tmp")), (9, .init(kind: .replaced, name: script))], 109, .read),
      // What was open was removed.
      ([(0, .init(kind: .written, name: script)), (9, .init(kind: .replaced, name: script))], 109, .read),
      // Events were lost, and with them perhaps that of closing.
      ([(0, .init(kind: .written, name: script)), (9, .init(kind: .lost))], 109, .read),
      // Nothing of scripts.
      (
        [(0, .init(kind: .written, name: "V1__a.sql~")), (1, .init(kind: .replaced, name: ".V1__a.sql.swp"))], 500,
        .rest
      ),
      ([], 500, .rest),
    ] as [([(Int, DirectoryEvent)], Int, SaveState.Decision)])
  func decisions(events: [(Int, DirectoryEvent)], moment: Int, decision: SaveState.Decision) {
    #expect(Self.state(events).decision(at: .milliseconds(moment)) == decision)
  }

  @Test("rests once it was read, and the reading knows when the change was")
  func reading() {
    var state = Self.state([(7, .init(kind: .replaced, name: Self.script))])
    #expect(state.read(at: .milliseconds(200)) == .milliseconds(7))
    #expect(state.decision(at: .seconds(9)) == .rest)
    state.suspect(at: .seconds(9))
    #expect(state.decision(at: .seconds(9)) == .read)
  }

  @Test(
    "scripts are told from what editors keep beside them",
    arguments: [
      ("V1__a.sql", true), ("V1__a.SQL", true), ("R__a.sql", true), ("V1__a.sql.conf", true), (".V1__a.sql.swp", false),
      ("V1__a.sql.swp", false), ("V1__a.sql~", false), ("4913", false), (".#V1__a.sql", false), ("#V1__a.sql#", false),
      ("#V1__a.sql", false), (".V1__a.sql", false), ("V1__a.sql___jb_tmp___", false), ("V1__a.sql.tmp", false),
      (".goutputstream-ABC123", false), ("sub/V1__a.sql", false), ("README.md", false), ("", false),
    ])
  func names(name: String, isScript: Bool) {
    #expect(ScriptNames(suffixes: [".sql"]).include(name) == isScript)
  }
}
