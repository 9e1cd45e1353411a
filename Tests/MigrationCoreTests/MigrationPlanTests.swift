import MigrationCore
import Testing

@Suite("Plans")
struct MigrationPlanTests {
  private func plan(
    _ files: [(String, String)], _ history: [HistoryRow] = [], table: HistoryTable = .present,
    _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationPlan {
    var settings = MigrationSettings()
    change(&settings)
    let set = MigrationSet.resolve(files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
    return MigrationPlan.make(set: set, history: history, settings: settings, historyTable: table)
  }

  @Test("pending migrations run by version, then repeatables")
  func order() {
    let plan = plan(
      [("R__r.sql", "SELECT 1"), ("V10__b.sql", "SELECT 2"), ("V9__a.sql", "SELECT 3; SELECT 4"), ("V1__a.sql", "")],
      [.sql(1, "1")])
    #expect(plan.steps.map(\.script.name.label) == ["V9", "V10", "R \"r\""])
    #expect(plan.steps.map(\.statements.count) == [2, 1, 1])
    #expect(plan.currentVersion == "1")
    #expect(plan.appliedCount == 1 && plan.pendingCount == 3)
    #expect(!plan.isBlocked && plan.problems.isEmpty)
  }

  @Test("the target next runs exactly one")
  func next() {
    let files = [("V1__a.sql", ""), ("V2__b.sql", ""), ("R__r.sql", "")]
    #expect(plan(files) { $0.target = .next }.steps.map(\.version) == ["1"])
    #expect(
      plan(files, [.sql(1, "1"), .sql(2, "2", "b")]) { $0.target = .next }.steps.map(\.script.script) == ["R__r.sql"])
  }

  @Test("a target that nothing has blocks, unless it may be missing")
  func target() throws {
    let version = try MigrationVersion("2")
    #expect(
      plan([("V1__a.sql", "")]) { $0.target = .version(version, mustExist: true) }.problems.map(\.code) == [
        .targetNotFound
      ])
    #expect(!plan([("V1__a.sql", "")]) { $0.target = .version(version, mustExist: false) }.isBlocked)
  }

  @Test("a difference between history and files blocks; without validation only a failure does")
  func validation() {
    let changed = [HistoryRow.sql(1, "1", checksum: 9)]
    #expect(plan([("V1__a.sql", "")], changed).problems.map(\.code) == [.checksumMismatch])
    #expect(!plan([("V1__a.sql", "")], changed) { $0.validateOnMigrate = false }.isBlocked)
    let failed = [HistoryRow.sql(1, "1", success: false)]
    #expect(plan([("V1__a.sql", "")], failed).problems.map(\.code) == [.failedVersionedMigration])
    #expect(
      plan([("V1__a.sql", "")], failed) { $0.validateOnMigrate = false }.problems.map(\.code) == [
        .failedVersionedMigration
      ])
  }

  @Test("whether a script runs in a transaction follows its statements, its .conf and the settings")
  func transactions() {
    let index = "CREATE INDEX CONCURRENTLY i ON t (a)"
    #expect(plan([("V1__a.sql", "SELECT 1")]).steps.map(\.isTransactional) == [true])
    #expect(plan([("V1__a.sql", index)]).steps.map(\.isTransactional) == [false])
    #expect(
      plan([("V1__a.sql", "SELECT 1")]) { $0.executeInTransaction = false }.steps.map(\.isTransactional) == [false])
    #expect(
      plan([("V1__a.sql", "SELECT 1"), ("V1__a.sql.conf", "executeInTransaction=false")]).steps.map(\.isTransactional)
        == [false])
    let forced = plan([("V1__a.sql", index + "; SELECT 1"), ("V1__a.sql.conf", "executeInTransaction=true")])
    #expect(forced.steps.map(\.isTransactional) == [true] && !forced.isBlocked)
  }

  @Test("a script that mixes both is a problem with the line, unless mixed is set")
  func mixed() throws {
    let files = [("V1__m.sql", "-- c\nVACUUM t;\n\nINSERT INTO t\n VALUES (1);\n")]
    let problem = try #require(plan(files).problems.first)
    #expect(problem.code == .mixedStatements && problem.position?.line == 4)
    #expect(problem.message.contains("VACUUM at line 2") && problem.message.contains("INSERT INTO at line 4"))
    let allowed = plan(files) { $0.mixed = true }
    #expect(!allowed.isBlocked && allowed.steps.map(\.isTransactional) == [false])
    let grouped = [("V1__a.sql", "SELECT 1"), ("V2__b.sql", "VACUUM t")]
    #expect(plan(grouped) { $0.group = true }.problems.map(\.code) == [.mixedGroup])
    #expect(!plan(grouped).isBlocked)
  }

  @Test(
    "a script with its own BEGIN and COMMIT runs without a transaction around it, and says so; a savepoint does not")
  func control() throws {
    let own = plan([("V1__a.sql", "SELECT 1;\n COMMIT;\nSELECT 2;")])
    let problem = try #require(own.problems.first)
    #expect(
      problem.code == .transactionControl && problem.position == SourcePosition(byteOffset: 11, line: 2, column: 2))
    #expect(!own.isBlocked)
    #expect(own.steps.map(\.isTransactional) == [false])
    #expect(own.steps.map(\.controlsTransactions) == [true])
    let savepoint = plan([("V1__a.sql", "SAVEPOINT a; RELEASE a; ROLLBACK TO a")])
    #expect(savepoint.problems.isEmpty && savepoint.steps.map(\.isTransactional) == [true])
    #expect(savepoint.steps.map(\.controlsTransactions) == [false])
  }

  @Test("a comment behind the last statement that never ends is left out with a warning, as in Flyway")
  func openComment() {
    let open = plan([("V1__a.sql", "SELECT 1; /* open\n; SELECT 2")])
    #expect(open.problems.map(\.code) == [.unterminatedComment] && !open.isBlocked)
    #expect(open.steps.map(\.statements.count) == [1])
    #expect(plan([("V1__a.sql", "SELECT 1 /* open")]).problems.map(\.code) == [.unparsableScript])
  }

  @Test("skipped migrations carry the mark, and a filled schema does not stop them")
  func skipped() {
    let files = [("V1__a.sql", "SELECT 1"), ("R__r.sql", "SELECT 2")]
    let skipping = plan(files, table: .absent(schemasAreEmpty: false)) { $0.skipExecutingMigrations = true }
    #expect(!skipping.isBlocked && skipping.steps.map(\.isSkipped) == [true, true])
    #expect(plan(files).steps.map(\.isSkipped) == [false, false])
  }

  @Test("a group agrees on one transaction, on none if it is mixed, or it does not run")
  func group() {
    let files = [("V1__a.sql", "SELECT 1"), ("V2__b.sql", "VACUUM t")]
    let mixed = plan(files) {
      $0.group = true
      $0.mixed = true
    }
    #expect(mixed.isGrouped && !mixed.isBlocked && mixed.steps.map(\.isTransactional) == [false, false])
    #expect(plan([files[0]]) { $0.group = true }.steps.map(\.isTransactional) == [true])
    #expect(!plan(files).isGrouped)
  }

  @Test("only a pending script must be readable")
  func unreadable() {
    let files = [("V1__a.sql", "SELECT 'x"), ("V2__b.sql", "${nope}"), ("V3__c.sh", "exit")]
    #expect(Set(plan(files).problems.map(\.code)) == [.unparsableScript, .unresolvedPlaceholder, .scriptNotSupported])
    let sums = [1: "SELECT 'x", 2: "${nope}", 3: "exit"].compactMapValues { try? Checksum.flyway(Array($0.utf8)) }
    let rows: [HistoryRow] = [
      .sql(1, "1", checksum: sums[1]), .sql(2, "2", "b", checksum: sums[2]),
      .sql(3, "3", "c", checksum: sums[3], type: "SCRIPT"),
    ]
    #expect(plan(files, rows).problems.isEmpty)
  }

  @Test("a filled schema without history needs a baseline")
  func baselineOnMigrate() {
    let files = [("V1__a.sql", ""), ("V2__b.sql", "")]
    #expect(plan(files, table: .absent(schemasAreEmpty: false)).problems.map(\.code) == [.nonEmptySchema])
    #expect(!plan(files, table: .absent(schemasAreEmpty: true)).isBlocked)
    let marked = plan(files, table: .absent(schemasAreEmpty: false)) { $0.baselineOnMigrate = true }
    #expect(marked.baseline == MigrationPlan.Baseline(version: "1", description: "<< Flyway Baseline >>"))
    #expect(marked.steps.map(\.version) == ["2"])
    let wrong = plan(files, table: .absent(schemasAreEmpty: false)) {
      $0.baselineOnMigrate = true
      $0.baselineVersion = "x"
    }
    #expect(wrong.problems.map(\.code) == [.invalidSetting])
  }

  @Test("the digest covers target, order, versions, checksums and bytes")
  func digest() throws {
    let files = [("V1__a.sql", "SELECT 1"), ("R__r.sql", "SELECT 2")]
    let first = plan(files).digest(target: "db:5432/app")
    #expect(first == plan(files.reversed()).digest(target: "db:5432/app"))
    #expect(first == plan([("V1__renamed.sql", "SELECT 1"), ("R__r.sql", "SELECT 2")]).digest(target: "db:5432/app"))
    let others = [
      plan(files).digest(target: "db:5432/b"), plan([files[0]]).digest(target: "db:5432/app"),
      plan([("V1.0__a.sql", "SELECT 1"), files[1]]).digest(target: "db:5432/app"),
      plan([("V1__a.sql", "SELECT 1 "), files[1]]).digest(target: "db:5432/app"),
      plan([files[0], ("R__s.sql", "SELECT 2")]).digest(target: "db:5432/app"),
    ]
    #expect(Set(others + [first]).count == 6)
    // The documented text, put together by hand: approvals outlive the process that gave the digest.
    let one = ContentDigest.sha256(Array("SELECT 1".utf8))
    let two = ContentDigest.sha256(Array("SELECT 2".utf8))
    func digest(_ text: String) -> String { ContentDigest.sha256(Array(text.utf8)) }
    let sums = try ["SELECT 1", "SELECT 2"].map { try Checksum.flyway(Array($0.utf8)) }
    let last = digest("repeatable 1:r \(sums[1]) \(two)\n" + digest("whimbrel plan 2 end\n"))
    let all = digest("versioned 1:1 \(sums[0]) \(one)\n" + last)
    #expect(first == digest("whimbrel plan 2\n11:db:5432/app\n" + all))
  }

  @Test("a step knows whether it works through data")
  func data() {
    let plan = plan([
      ("V1__a.sql", "CREATE TABLE t (a int); CREATE INDEX ON t (a)"), ("V2__b.sql", "CREATE INDEX ON t (a)"),
    ])
    #expect(plan.steps.map(\.touchesData) == [false, true])
  }
}
