import MigrationCore
import Testing

@Suite("Directories")
struct MigrationSetTests {
  private func resolve(
    _ files: [(String, String)], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationSet {
    var settings = MigrationSettings()
    change(&settings)
    return MigrationSet.resolve(files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
  }

  @Test("migrations are ordered by version and by UTF-16 description, whatever the order of the files")
  func order() {
    let set = resolve([
      ("V10__c.sql", ""), ("V2__b.sql", ""), ("sub/V1.1__x.sql", ""), ("V1__a.sql", ""), ("R__b.sql", ""),
      ("R__a_2.sql", ""),
      ("R__B.sql", ""), ("R__a.sql", ""), ("R__10.sql", ""), ("R__9.sql", ""), ("B1__x.sql", ""), ("U1__a.sql", ""),
    ])
    #expect(set.versioned.map(\.script) == ["V1__a.sql", "sub/V1.1__x.sql", "V2__b.sql", "V10__c.sql"])
    #expect(set.repeatables.map(\.description) == ["10", "9", "B", "a", "a 2", "b"])
    #expect(set.baselines.map(\.script) == ["B1__x.sql"])
    #expect(set.undo.map(\.script) == ["U1__a.sql"])
    #expect(set.problems.isEmpty)
  }

  @Test("hidden directories are passed over, hidden files and Kubernetes' links are not")
  func hidden() {
    let set = resolve([("..data/V1__a.sql", ""), (".git/V2__b.sql", ""), ("a/.b/V3__c.sql", ""), ("V1__a.sql", "")])
    #expect(set.versioned.map(\.script) == ["V1__a.sql"])
    #expect(set.problems.isEmpty)
  }

  @Test(
    "two files of one version block and are both named",
    arguments: [
      ("V1__a.sql", "V1.0__b.sql"), ("V1_1__a.sql", "V1.1__a.sql"), ("V01__a.sql", "x/V1__a.sql"),
      ("V1__a.sql", "V1__b.sh"),
    ])
  func duplicateVersions(one: String, other: String) throws {
    let problem = try #require(resolve([(one, "1"), (other, "2")]).problems.first)
    #expect(problem.code == .duplicateVersioned)
    #expect(problem.isBlocking)
    #expect(Set(problem.files) == [one, other])
    #expect(problem.message.contains(one) && problem.message.contains(other))
  }

  @Test("other duplicates block too; B and V of one version do not clash")
  func duplicates() {
    #expect(resolve([("R__a.sql", ""), ("x/R__a.sql", "")]).problems.map(\.code) == [.duplicateRepeatable])
    #expect(resolve([("U1__a.sql", ""), ("U1__b.sql", "")]).problems.map(\.code) == [.duplicateUndo])
    #expect(resolve([("B1__a.sql", ""), ("B1.0__b.sql", "")]).problems.map(\.code) == [.duplicateVersioned])
    #expect(resolve([("V1__a.sql", "x"), ("V1__a.sql", "y")]).problems.map(\.code) == [.duplicateVersioned])
    let merged = resolve([("V1__a.sql", "x"), ("V1__a.sql", "x"), ("B1__a.sql", "")])
    #expect(merged.problems.isEmpty && merged.versioned.count == 1)
  }

  @Test("a bad name is reported and not applied; it blocks only if asked for")
  func badNames() {
    let lenient = resolve([("V1_a.sql", ""), ("V2__b.sql", "")])
    #expect(lenient.problems.map(\.code) == [.invalidName])
    #expect(lenient.problems.map(\.isBlocking) == [false])
    #expect(lenient.versioned.count == 1)
    #expect(resolve([("V1_a.sql", "")]) { $0.validateMigrationNaming = true }.problems.map(\.isBlocking) == [true])
  }

  @Test("prefix and suffix alone are no repeatable migration, a separator behind them makes one")
  func bare() {
    let set = resolve([("R.sql", ""), ("R__.sql", "")])
    #expect(set.repeatables.map(\.script) == ["R__.sql"] && set.problems.isEmpty)
  }

  @Test("a callback is read with its .conf")
  func callbacks() {
    let set = resolve([("beforeMigrate.sql", "A"), ("beforeMigrate.sql.conf", "executeInTransaction=false")])
    #expect(set.callbacks.map(\.event) == [.beforeMigrate])
    #expect(set.callbacks.map(\.configuration.executeInTransaction) == [false])
    #expect(set.problems.isEmpty)
  }

  @Test("the checksum of a repeatable is taken after placeholders, of a versioned before")
  func checksums() throws {
    let text = "CREATE VIEW ${schema}.v AS SELECT 1;\n"
    let set = resolve([("V1__v.sql", text), ("R__v.sql", text)]) { $0.placeholders = ["schema": "app"] }
    let versioned = try #require(set.versioned.first)
    let repeatable = try #require(set.repeatables.first)
    #expect(versioned.checksum == -1_543_606_416 && versioned.rawChecksum == -1_543_606_416)
    #expect(repeatable.checksum == -439_850_945 && repeatable.rawChecksum == -1_543_606_416)
    #expect(repeatable.matches(checksum: -1_543_606_416) && repeatable.matches(checksum: -439_850_945))
    #expect(!repeatable.matches(checksum: nil))
    #expect(versioned.text == "CREATE VIEW app.v AS SELECT 1;\n")
  }

  @Test("one byte order mark is dropped from the text, a second stays")
  func byteOrderMarks() throws {
    let set = resolve([("V1__a.sql", "\u{FEFF}SELECT 1;"), ("V2__b.sql", "\u{FEFF}\u{FEFF}SELECT 1;")])
    #expect(set.versioned.map { Array($0.text.utf8).count } == [9, 12])
    #expect(set.versioned.map(\.checksum) == [78_787_420, -1_606_921_097])
  }

  @Test("Flyway's own placeholders are known")
  func builtIn() {
    let set = resolve([("sub/V1__a.sql", "${flyway:filename} ${flyway:table} ${FLYWAY:defaultSchema} ${flyway:user}")])
    {
      $0.schemas = ["app"]
      $0.builtInPlaceholders = ["user": "joe"]
    }
    #expect(set.versioned.map(\.text) == ["V1__a.sql flyway_schema_history app joe"])
    let other = resolve([("V1__a.sql", "${flyway-table}")]) { $0.placeholderSeparator = "-" }
    #expect(other.versioned.map(\.text) == ["flyway_schema_history"])
    #expect(resolve([]) { $0.placeholders = ["flyway:x": "1"] }.problems.map(\.isBlocking) == [true])
  }

  @Test("a placeholder without value matters at once in a repeatable, in a versioned one only while it is pending")
  func unresolved() {
    let set = resolve([("V1__a.sql", "${nope}"), ("R__b.sql", "\n ${nada}")])
    #expect(set.problems.map(\.code) == [.unresolvedPlaceholder])
    #expect(set.problems.first?.file == "R__b.sql")
    #expect(set.problems.first?.position?.line == 2)
    #expect(set.versioned.first?.textProblem?.code == .unresolvedPlaceholder)
  }

  @Test("a .conf beside a script counts, alone it is reported")
  func configuration() {
    let set = resolve([
      ("V1__a.sql", "${x}"), ("V1__a.sql.conf", "placeholderReplacement=false"), ("V2__b.sql.conf", ""),
      ("x.conf", "?"),
      ("V3__c.sql", ""), ("V3__c.sql.conf", "foo=1"),
    ])
    #expect(set.versioned.first?.text == "${x}")
    #expect(set.problems.map(\.code) == [.invalidConfiguration, .orphanedConfiguration])
    #expect(set.problems.map(\.isBlocking) == [true, false])
    #expect(set.problems.map(\.file) == ["V3__c.sql.conf", "V2__b.sql.conf"])
  }

  @Test("what cannot be read or recorded is a problem of that file")
  func unreadable() {
    var settings = MigrationSettings()
    settings.limits.bytes = 10
    let long = String(repeating: "1", count: 51)
    let files = [
      ScriptFile(path: "V1__a.sql", bytes: [0xFF]),
      ScriptFile(path: "V2__b.sql", bytes: Array(repeating: 0x20, count: 11)),
      ScriptFile(path: "V\(long)__c.sql", bytes: []),
      ScriptFile(path: "R__\(String(repeating: "x", count: 201)).sql", bytes: []),
      ScriptFile(path: "R__\(String(repeating: "x", count: 202)).sql", bytes: []),
      ScriptFile(path: "beforeMigrate.sql", bytes: [0xFF]),
    ]
    let set = MigrationSet.resolve(files, settings: settings)
    #expect(
      set.problems.map(\.code) == [.invalidEncoding, .fileTooLarge, .invalidEncoding, .descriptionTooLong])
    #expect(!set.problems.map(\.isBlocking).contains(false))
    let plan = MigrationPlan.make(set: set, history: [], settings: settings)
    #expect(plan.problems.map(\.code).contains(.versionTooLong))
  }

  @Test("a repeatable whose description the history had to shorten is found again")
  func longDescription() {
    let name = String(repeating: "x", count: 300)
    let set = resolve([("R__\(name).sql", "SELECT 1")])
    let row = HistoryRow.sql(1, nil, HistoryText.description(name), checksum: set.repeatables.first?.checksum)
    let overview = MigrationOverview(set: set, history: [row], settings: MigrationSettings())
    #expect(overview.migrations.map(\.state) == [.success])
    #expect(MigrationValidation.problems(of: overview, ignoring: []).isEmpty)
  }
}
