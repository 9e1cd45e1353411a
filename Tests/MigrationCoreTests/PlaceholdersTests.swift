import MigrationCore
import Testing

@Suite("Placeholders")
struct PlaceholdersTests {
  @Test(
    "a placeholder is replaced wherever it stands, whatever the case of its name",
    arguments: [
      ("SELECT '${x}', ${X};", "SELECT 'v', v;"), ("-- ${x}", "-- v"), ("$$${x}$$", "$$v$$"), ("${empty}", ""),
      ("$x {x} $ {x}", "$x {x} $ {x}"), ("${y}", "${x}"), ("a${x}", "av"), ("", ""), ("${ü.1-b}", "w"),
    ])
  func replaced(text: String, result: String) throws {
    let placeholders = Placeholders(["x": "v", "empty": "", "Y": "${x}", "ü.1-b": "w"])
    #expect(try placeholders.replace(in: text) == result)
  }

  @Test(
    "a dollar in front keeps a placeholder as it is, as for Flyway, so that a dollar quotation may start with a brace",
    arguments: [
      ("$${a}", "$${a}"), (#"$${"a": 1}$$"#, #"$${"a": 1}$$"#), ("$$${a}", "$$1"), ("$x${a}", "$x1"), ("$", "$"),
      ("${a}${a}", "11"), ("é${a}", "é1"), ("$é${a}", "$é1"),
    ])
  func dollarInFront(text: String, replaced: String) throws {
    #expect(try Placeholders(["a": "1"]).replace(in: text) == replaced)
  }

  @Test("prefix and suffix can be configured")
  func configured() throws {
    #expect(try Placeholders(["x": "v"], prefix: "@@", suffix: "@@").replace(in: "${x} @@x@@ @") == "${x} v @")
  }

  @Test("a placeholder without value or end is an error with its place")
  func unresolved() {
    let unknown = #expect(throws: MigrationError.self) { try Placeholders([:]).replace(in: "a\n  ${nope}") }
    #expect(unknown?.code == .unresolvedPlaceholder)
    #expect(unknown?.position == SourcePosition(byteOffset: 4, line: 2, column: 3))
    #expect(unknown?.message.contains("${nope}") == true)
    let open = #expect(throws: MigrationError.self) { try Placeholders([:]).replace(in: "'${nope';") }
    #expect(open?.code == .unterminatedPlaceholder)
  }

  @Test("many placeholders with long values stop at the limit instead of filling the memory")
  func bounded() {
    let long = Placeholders(["x": String(repeating: "y", count: 1 << 20)])
    let text = String(repeating: "${x}", count: 1 << 20)
    let error = #expect(throws: MigrationError.self) { try long.replace(in: text, limit: 32 << 20) }
    #expect(error?.code == .scriptTooLarge)
  }
}
