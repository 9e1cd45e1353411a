import MigrationCore
import Testing

@Suite("Script configuration")
struct ScriptConfigurationTests {
  @Test("keys, comments and blank lines are read")
  func read() throws {
    let text = "# c\r\n! c\n\n executeInTransaction = false\nplaceholderReplacement:TRUE\nencoding=utf-8\n"
    let expected = ScriptConfiguration(executeInTransaction: false, placeholderReplacement: true)
    #expect(try ScriptConfiguration(parsing: text) == expected)
    #expect(try ScriptConfiguration(parsing: "") == ScriptConfiguration())
  }

  @Test(
    "what cannot be followed is an error with its line",
    arguments: [
      ("executeInTransactions=false", 1, "Did you mean executeInTransaction?"), ("\nfoo=bar", 2, "Known are"),
      ("executeInTransaction=nope", 1, "true or false"), ("encoding=ISO-8859-1", 1, "UTF-8"),
      ("shouldExecute=false", 1, "Delete"),
      ("nonsense", 1, "key=value"),
    ])
  func refused(text: String, line: Int, nextStep: String) {
    let error = #expect(throws: MigrationError.self) { try ScriptConfiguration(parsing: text) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.position?.line == line)
    #expect(error?.nextStep.contains(nextStep) == true)
  }

  @Test("a file of more than 64 KiB is refused")
  func bounded() {
    let text = String(repeating: "#\n", count: 40_000)
    #expect(throws: MigrationError.self) { try ScriptConfiguration(parsing: text) }
  }

  @Test(
    "targets and ignore patterns are read as Flyway does",
    arguments: [("latest", MigrationTarget.latest), ("Current", .current), ("NEXT", .next)])
  func target(text: String, expected: MigrationTarget) throws {
    #expect(try MigrationTarget(text) == expected)
    let five = try MigrationVersion("5")
    #expect(try MigrationTarget("5?") == .version(five, mustExist: false))
    #expect(try MigrationTarget("5") == .version(five, mustExist: true))
    #expect(throws: MigrationError.self) { try MigrationTarget("abc") }
    #expect(try IgnorePattern("Versioned:MISSING") == IgnorePattern(.versioned, .missing))
    #expect(throws: MigrationError.self) { try IgnorePattern("missing") }
    #expect(throws: MigrationError.self) { try IgnorePattern("*:success") }
  }
}
