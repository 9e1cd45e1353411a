import MigrationCore
import Testing

@Suite("Programs")
struct ProgramTests {
  private func settings(_ change: (inout MigrationSettings) -> Void = { _ in }) -> MigrationSettings {
    var settings = MigrationSettings()
    settings.runsPrograms = true
    change(&settings)
    return settings
  }

  private func resolve(
    _ path: String, _ text: String = "exit 0\n", location: String = "/m",
    with change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationSet {
    let file = ScriptFile(path: path, bytes: Array(text.utf8), location: location)
    return MigrationSet.resolve([file], settings: settings(change))
  }

  @Test(
    "the ending decides what runs the file",
    arguments: [
      ("V1__x.sh", ["sh", "/m/V1__x.sh"]), ("sub/V1__x.SH", ["sh", "/m/sub/V1__x.SH"]),
      ("V1__x.bash", ["bash", "/m/V1__x.bash"]), ("V1__x.py", ["python", "/m/V1__x.py"]),
      ("V1__x.ps1", ["pwsh", "-File", "/m/V1__x.ps1"]), ("V1__x.bat", ["cmd", "/c", "/m/V1__x.bat"]),
      ("V1__x.cmd", ["cmd", "/c", "/m/V1__x.cmd"]), ("V1__x", ["/m/V1__x"]),
    ])
  func interpreter(path: String, command: [String]) {
    let script = resolve(path).versioned.first
    #expect(script?.program?.command == command)
    #expect(script?.program?.startsItself == (command.count == 1))
    #expect(script?.type == .script && script?.textProblem == nil)
  }

  @Test("powershellExecutable may be one of two, and matters to .ps1 alone")
  func powershell() {
    #expect(
      resolve("V1__x.ps1") { $0.powershellExecutable = "powershell" }.versioned.first?.program?.command.first
        == "powershell")
    let wrong = resolve("V1__x.ps1") { $0.powershellExecutable = "/bin/evil" }.versioned.first
    #expect(wrong?.textProblem?.code == .invalidSetting && wrong?.program == nil)
    #expect(resolve("V1__x.sh") { $0.powershellExecutable = "/bin/evil" }.versioned.first?.textProblem == nil)
  }

  @Test("placeholders become variables: Flyway's own with _ for :, empty ones not at all")
  func variables() {
    let change: (inout MigrationSettings) -> Void = {
      $0.placeholders = ["who": "bob", "a:b": "c", "nothing": "", "x=y": "z"]
      $0.builtInPlaceholders = ["user": "me"]
      $0.placeholderReplacement = false
    }
    #expect(
      resolve("sub/V1__x.sh", with: change).versioned.first?.program?.environment == [
        "FP__who__": "bob", "FP__a_b__": "c", "FP__flyway_user__": "me", "FP__flyway_filename__": "V1__x.sh",
        "FP__flyway_table__": "flyway_schema_history",
      ])
    let other = resolve("V1__x.sh") {
      change(&$0)
      $0.scriptPlaceholderPrefix = "P_"
      $0.scriptPlaceholderSuffix = "_S"
    }
    #expect(other.versioned.first?.program?.environment["P_who_S"] == "bob")
  }

  @Test("the text of a repeatable one counts with its variables replaced, of all others as it is")
  func checksum() throws {
    let text = "echo FP__who__ ${who}\n"
    let raw = try Checksum.flyway(Array(text.utf8))
    let replaced = try Checksum.flyway(Array("echo bob ${who}\n".utf8))
    let named: (inout MigrationSettings) -> Void = { $0.placeholders = ["who": "bob"] }
    let repeatable = try #require(resolve("R__x.sh", text, with: named).repeatables.first)
    #expect(repeatable.checksum == replaced && repeatable.rawChecksum == raw)
    #expect(resolve("V1__x.sh", text, with: named).versioned.first?.checksum == raw)
    let off = resolve("R__x.sh", text) { $0.placeholderReplacement = false }
    #expect(off.repeatables.first?.checksum == raw && off.problems.isEmpty)
    #expect(resolve("R__x.sh", text).problems.map(\.code) == [.unresolvedPlaceholder])
    // Flyway looks for the name as it stands, and its own names have a colon (`createForScriptMigration`).
    #expect(resolve("R__x.sh", "FP__flyway_table__").problems.map(\.code) == [.unresolvedPlaceholder])
  }

  @Test("a baseline and an undo file may be one")
  func kinds() {
    #expect(resolve("B1__x.sh").baselines.map(\.type) == [.sqlBaseline])
    let undo = resolve("U1__x.sh").undo
    #expect(undo.map(\.type) == [.undoScript] && undo.first?.program != nil)
    #expect(resolve("Untitled").undo.isEmpty && resolve("U1__x.txt").undo.isEmpty)
  }

  @Test("what does not lie in a directory never runs, nor does anything where programs are off")
  func refused() {
    let off: (inout MigrationSettings) -> Void = { $0.runsPrograms = false }
    for set in [resolve("V1__x.sh", location: ""), resolve("V1__x.sh", with: off)] {
      #expect(set.versioned.first?.program == nil)
      let settings = settings(off)
      let plan = MigrationPlan.make(set: set, history: [], settings: settings)
      #expect(plan.isBlocked && plan.problems.map(\.code) == [.scriptNotSupported])
      #expect(plan.steps.first?.problem?.code == .scriptNotSupported)
    }
    #expect(resolve("beforeMigrate.sh", location: "").problems.map(\.code) == [.scriptNotSupported])
    #expect(resolve("beforeMigrate.sh", with: off).callbacks.isEmpty)
  }

  @Test("a step runs its program outside of transactions, and a group goes round it")
  func planned() {
    let files = [("V1__a.sql", "SELECT 1"), ("V2__b.sh", "exit"), ("V3__c.sql", "SELECT 1")]
      .map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8), location: "/m") }
    for isMixed in [false, true] {
      let settings = settings {
        $0.group = true
        $0.mixed = isMixed
      }
      let plan = MigrationPlan.make(set: .resolve(files, settings: settings), history: [], settings: settings)
      #expect(!plan.isBlocked && plan.problems.isEmpty)
      #expect(plan.steps.map(\.isTransactional) == [true, false, true])
      #expect(plan.steps.map { $0.program == nil } == [true, false, true])
    }
  }

  @Test("as callbacks they run before SQL of the same description, also without the SQL ones")
  func callbacks() {
    let files = ["beforeMigrate.sql", "beforeMigrate.sh", "beforeMigrate__a.py", "afterMigrate__x"]
      .map { ScriptFile(path: $0, bytes: [], location: "/m") }
    let set = MigrationSet.resolve(files, settings: settings())
    #expect(set.problems.isEmpty)
    #expect(
      set.callbacks(for: .beforeMigrate).map(\.script) == [
        "beforeMigrate.sh", "beforeMigrate.sql", "beforeMigrate__a.py",
      ])
    #expect(set.callbacks(for: .afterMigrate).first?.program?.command == ["/m/afterMigrate__x"])
    let skipped = MigrationSet.resolve(files, settings: settings { $0.skipDefaultCallbacks = true })
    #expect(skipped.callbacks.map(\.script) == ["beforeMigrate.sh", "beforeMigrate__a.py", "afterMigrate__x"])
    let plan = CallbackPlan.make(set: set, settings: settings())
    #expect(plan.problems.isEmpty && plan.callbacks[.afterMigrate]?.first?.isTransactional == false)
  }

  @Test("a program that undid is known again in the history")
  func undone() {
    let files = [("V1__a.sh", "exit"), ("U1__a.sh", "exit")]
      .map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8), location: "/m") }
    let settings = settings()
    let set = MigrationSet.resolve(files, settings: settings)
    let row = HistoryRow.sql(1, "1", "a", checksum: set.versioned.first?.checksum, type: "SCRIPT")
    let undo = UndoPlan.make(set: set, history: [row], settings: settings)
    #expect(!undo.isBlocked && undo.steps.first?.step.program != nil)
    let rows = [row] + undo.steps.map { $0.row(rank: 2) }
    let overview = MigrationOverview(set: set, history: rows, settings: settings)
    #expect(overview.migrations.contains { $0.state == .undone } && overview.currentVersion == nil)
    #expect(MigrationPlan.make(set: set, history: rows, settings: settings).steps.map(\.version) == ["1"])
  }
}
