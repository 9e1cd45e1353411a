import FlywaySettings
import MigrationCore
import Testing

@Suite("Values that name other values")
struct ResolverTests {
  private static let environment = ["A": "1", "MIX": "aé1٣-b", "D": "x.${env.A}"]

  @Test(
    "${env.NAME} and ${placeholder.NAME} are resolved outside of .conf files",
    arguments: [
      ("${env.A}", "1"), ("x ${env.A} ${ENV.A}", "x 1 1"), ("${ env . A }", "1"), ("${placeholder.other}", "o"),
      ("$${env.A}", "${env.A}"), ("!{${env.A} }", "${env.A} "), ("${env.MIX:a}", "ab"), ("${env.MIX:dA}", "aé1b"),
      ("${env.D}", "x.${env.A}"), ("${who}", "${who}"), ("${a.b.c}", "${a.b.c}"), ("${env.A", "${env.A"), ("  x ", "x"),
      ("", ""), ("${who} ${env.A}", "${who} 1"),
    ])
  func resolved(text: String, value: String) throws {
    let files = Files(
      arguments: [("placeholders.x", text), ("placeholders.other", "o")], environment: Self.environment)
    #expect(try files.read().migration.placeholders["x"] == value)
  }

  @Test(
    "what cannot be resolved is an error",
    arguments: ["${env.NONE}", "${vault.x}", "${placeholder.none}", "${${env.A}.b}"])
  func unresolved(text: String) throws {
    let error = try #require(Files(arguments: [("password", text)], environment: Self.environment).failure())
    #expect(error.place == "argument -password")
    #expect(error.code == .invalidValue || error.code == .unsupported)
  }

  @Test("in .conf files nothing but environment variables is resolved")
  func conf() throws {
    let files = Files(environment: Self.environment, files: ["/project/flyway.conf": "flyway.placeholders.x=${env.A}"])
    #expect(try files.read().migration.placeholders["x"] == "${env.A}")
  }
}
