import MigrationCore
import Support
import Testing

@Suite("Script configuration")
struct ScriptConfigurationTests {
  @Test("keys, comments and blank lines are read")
  func read() throws {
    let text = "# c\r\n! c\n\n executeInTransaction = false\nplaceholderReplacement:TRUE\nencoding=utf-8\n"
    let expected = ScriptConfiguration(
      executeInTransaction: false, placeholderReplacement: true, encoding: CharacterEncoding("utf-8"))
    #expect(try ScriptConfiguration(parsing: text) == expected)
    #expect(try ScriptConfiguration(parsing: "") == ScriptConfiguration())
  }

  @Test(
    "what cannot be followed is an error with its line",
    arguments: [
      ("executeInTransactions=false", 1, "Did you mean executeInTransaction?"), ("\nfoo=bar", 2, "Known are"),
      ("executeInTransaction=nope", 1, "true or false"), ("encoding=nope", 1, "iconv"),
      ("shouldExecute=perhaps", 1, "true, false"), ("nonsense", 1, "Known are"),
    ])
  func refused(text: String, line: Int, nextStep: String) {
    let error = #expect(throws: MigrationError.self) { try ScriptConfiguration(parsing: text) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.position?.line == line)
    #expect(error?.nextStep.contains(nextStep) == true)
  }

  @Test(
    "a condition is read with its operators and parentheses",
    arguments: [
      ("true", true), ("FALSE", false), ("a==a", true), ("a == b", false), ("a!=b", true), ("a!=a||true", true),
      ("true&&false", false), ("a==a && (b==c || c==c)", true), ("(false || false)", false), ("==", true),
      ("false || true && false", false), ("", nil), ("a", nil), ("(true", nil), ("true)", nil), ("true &&", nil),
      (String(repeating: "(", count: 1000), nil),
    ] as [(String, Bool?)])
  func condition(text: String, expected: Bool?) {
    let configuration = try? ScriptConfiguration(parsing: "shouldExecute=\(text)")
    #expect(configuration?.shouldExecute == expected)
    #expect(configuration?.shouldExecuteExpression == (expected == nil ? nil : text))
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
