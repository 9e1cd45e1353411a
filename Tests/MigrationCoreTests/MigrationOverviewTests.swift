import MigrationCore
import Testing

/// The states are also held against recordings of the real Flyway; these cases say why each rule is there.
@Suite("States")
struct MigrationOverviewTests {
  private func states(
    _ files: [String], _ history: [HistoryRow], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> [String] {
    var settings = MigrationSettings()
    change(&settings)
    let set = MigrationSet.resolve(files.map { ScriptFile(path: $0, bytes: []) }, settings: settings)
    return MigrationOverview(set: set, history: history, settings: settings).migrations.map {
      "\($0.type == "SQL" || $0.type == "SQL_BASELINE" ? ($0.script?.name.label ?? "-\($0.version ?? $0.description)") : $0.type) \($0.state.displayName)"
    }
  }

  @Test("applied ones come by rank, waiting ones by version, repeatables last")
  func order() {
    #expect(
      states(["V1__a.sql", "V2__b.sql", "V3__a.sql", "V4__d.sql", "R__r.sql"], [.sql(1, "1"), .sql(2, "3")])
        == ["V1 Success", "V3 Success", "V2 Ignored", "V4 Pending", "R \"r\" Pending"])
  }

  @Test("out of order allows a late version and shows it afterwards")
  func outOfOrder() {
    let files = ["V1__a.sql", "V2__a.sql", "V3__a.sql"]
    #expect(
      states(files, [.sql(1, "1"), .sql(2, "3")]) { $0.outOfOrder = true } == [
        "V1 Success", "V3 Success", "V2 Pending",
      ])
    #expect(
      states(files, [.sql(1, "1"), .sql(2, "3"), .sql(3, "2")]) == ["V1 Success", "V3 Success", "V2 Out of Order"])
  }

  @Test("a row without its file is missing, above all files it is of the future")
  func missing() {
    #expect(
      states(["V2__a.sql"], [.sql(1, "1"), .sql(2, "2"), .sql(3, "3")]) == ["-1 Missing", "V2 Success", "-3 Future"])
    #expect(
      states(["V2__a.sql"], [.sql(1, "1", success: false), .sql(2, "3", success: false)])
        == ["-1 Failed (Missing)", "-3 Failed (Future)", "V2 Ignored"])
    #expect(states([], [.sql(1, nil, "r")]) == ["-r Missing"])
  }

  @Test("baselines hide what lies below them")
  func baseline() {
    let files = ["V1__a.sql", "V2__b.sql", "V3__c.sql"]
    #expect(
      states(files, [.sql(1, "2", "<< Flyway Baseline >>", checksum: nil, type: "BASELINE")])
        == ["V1 Below Baseline", "V2 Ignored (Baseline)", "BASELINE Baseline", "V3 Pending"])
    #expect(
      states(files + ["B2__x.sql", "B1__y.sql"], [])
        == ["V1 Below Baseline", "B1 Below Baseline", "V2 Ignored (Baseline)", "B2 Pending", "V3 Pending"])
    #expect(states(files + ["B2__x.sql"], [.sql(1, "1")]) == ["V1 Success", "V2 Pending", "B2 Ignored", "V3 Pending"])
  }

  @Test("targets cut versions off, never repeatables nor baseline migrations")
  func targets() throws {
    let files = ["V1__a.sql", "V2__b.sql", "R__r.sql"]
    let two = try MigrationVersion("1")
    #expect(
      states(files, []) { $0.target = .version(two, mustExist: true) } == [
        "V1 Pending", "V2 Above Target", "R \"r\" Pending",
      ])
    #expect(states(files, []) { $0.target = .current } == ["V1 Above Target", "V2 Above Target", "R \"r\" Pending"])
    #expect(states(files, []) { $0.target = .next } == ["V1 Pending", "V2 Above Target", "R \"r\" Pending"])
    #expect(states(["B3__x.sql"], []) { $0.target = .version(two, mustExist: false) } == ["B3 Pending"])
  }

  @Test("a repeatable is outdated, superseded or successful by its latest run")
  func repeatables() {
    let rows: [HistoryRow] = [.sql(1, nil, "r", checksum: 5), .sql(2, nil, "r", checksum: 0)]
    #expect(states(["R__r.sql"], rows) == ["R \"r\" Superseded", "R \"r\" Success"])
    #expect(states(["R__r.sql"], [rows[0]]) == ["R \"r\" Outdated", "R \"r\" Pending"])
  }

  @Test("a DELETE row takes the run before it out of account, and the file waits again")
  func deleted() {
    let rows: [HistoryRow] = [.sql(1, "1"), .sql(2, "1", type: "DELETE")]
    #expect(states(["V1__a.sql"], rows) == ["V1 Deleted", "V1 Pending"])
    #expect(states(["V1__a.sql"], rows + [.sql(3, "1"), .sql(4, "1", type: "DELETE")]).last == "V1 Pending")
    #expect(
      states(["R__r.sql"], [.sql(1, nil, "r"), .sql(2, nil, "r", type: "DELETE")]) == [
        "R \"r\" Deleted", "DELETE Success", "R \"r\" Pending",
      ])
  }

  @Test("rows that cannot be understood are problems")
  func rowProblems() {
    func codes(_ rows: [HistoryRow]) -> [MigrationProblem.Code] {
      MigrationOverview(set: MigrationSet(), history: rows, settings: MigrationSettings()).problems.map(\.code)
    }
    #expect(codes([.sql(1, "1", type: "UNDO_CUSTOM")]) == [.unknownHistoryType])
    #expect(codes([.sql(1, "<< Latest Version >>")]) == [.invalidHistoryVersion])
    #expect(codes([.sql(1, "1"), .sql(2, "1", type: "DELETE"), .sql(3, "1", type: "DELETE")]) == [.duplicateDeleted])
    #expect(codes([.sql(1, "1"), .sql(2, "1", type: "DELETE"), .sql(3, "1"), .sql(4, "1", type: "DELETE")]) == [])
  }
}
