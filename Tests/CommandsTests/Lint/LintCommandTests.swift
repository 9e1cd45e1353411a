import ArgumentParser
import FlywaySettings
import MigrationCore
import MigrationLint
import Subprocess
import TestSupport
import Testing

@testable import Commands

@Suite("whimbrel lint")
struct LintCommandTests {
  /// Runs the command in a folder, its report in the file `report`.
  private static func run(
    _ folder: TemporaryDirectory, _ arguments: [String]
  ) async throws -> (status: CInt, report: String) {
    let options = try LintOptions.parse(arguments + ["--report-file", "report"])
    let command = LintCommand(directory: folder.path, environment: ["PATH": "/usr/bin:/bin"], today: "2026-06-01")
    let status = await command.run(options)
    return (status, (try? TextFile.read(folder.path + "/report")) ?? "")
  }

  private static func folder(_ files: [String: String]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    for (name, text) in files { try folder.write(text, to: name) }
    return folder
  }

  @Test("ends with 0, 1, 2 as what is found and asked for says")
  func statuses() async throws {
    let folder = try Self.folder(["sql/V1__drop_a.sql": "DROP TABLE a;", "ok/V1__one.sql": "SELECT 1;"])
    #expect(try await Self.run(folder, ["sql"]).status == 1)
    #expect(try await Self.run(folder, ["sql", "--fail-on", "off"]).status == 0)
    #expect(try await Self.run(folder, ["ok"]).status == 0)
    #expect(try await Self.run(folder, ["gone"]).status == 2)
    #expect(try await Self.run(folder, []).status == 2)
    #expect(try await Self.run(folder, ["ok", "--environment", "prod"]).status == 2)
    #expect(await LintCommand.run(["--no-such-flag"]) == 2)
  }

  @Test("a single file is judged by all of its folder, and it alone is reported")
  func singleFile() async throws {
    let folder = try Self.folder([
      "sql/V1__add_bets.sql":
        "CREATE TABLE bets (tenant_id bigint); SELECT create_distributed_table('bets', 'tenant_id'); DROP TABLE x;",
      "sql/V2__key.sql": "CREATE UNIQUE INDEX CONCURRENTLY k ON bets (a);",
    ])
    let report = try await Self.run(folder, ["./sql/V2__key.sql"]).report
    #expect(report.contains("sql/V2__key.sql:1:1: error cit-unique"))
    #expect(!report.contains("V1__add_bets"))
  }

  @Test("settings come from whimbrel.yaml, an environment's before the others'")
  func settings() async throws {
    let folder = try Self.folder([
      "sql/V1__drop_a.sql": "DROP TABLE a;",
      "whimbrel.yaml": """
      lint:
        rules: {safe-drop: warning}
        environments: {prod: {failOn: warning, rules: {safe-drop: warning}}, dev: {rules: {safe-drop: off}}}
      """,
    ])
    #expect(try await Self.run(folder, ["sql"]).status == 0)
    #expect(try await Self.run(folder, ["sql", "--environment", "prod"]).status == 1)
    #expect(try await Self.run(folder, ["sql", "--environment", "dev"]).report == "1 file: nothing found\n")
  }

  @Test(
    "settings that nothing would follow are refused",
    arguments: [
      "lint: {rule: {}}", "lint: {rules: {nope: off}}", "lint: {runner: liquibase}", "lint: [", "lint: {failOn: 3}",
    ])
  func badSettings(text: String) async throws {
    let folder = try Self.folder(["sql/V1__one.sql": "SELECT 1;", "whimbrel.yaml": text])
    #expect(try await Self.run(folder, ["sql"]).status == 2)
  }

  @Test("--fix changes files, and what is left is reported")
  func fix() async throws {
    let folder = try Self.folder(["sql/V1__set_path.sql": "SET search_path = a;\nDROP TABLE a;\n"])
    let report = try await Self.run(folder, ["sql", "--fix"]).report
    #expect(try TextFile.read(folder.path + "/sql/V1__set_path.sql") == "SET LOCAL search_path = a;\nDROP TABLE a;\n")
    #expect(report.contains("safe-drop") && !report.contains("tx-session"))
  }

  @Test("a baseline that was written passes over what it holds")
  func baseline() async throws {
    let folder = try Self.folder(["sql/V1__drop_a.sql": "DROP TABLE a;"])
    #expect(try await Self.run(folder, ["sql", "--write-baseline", "known"]).status == 0)
    #expect(try await Self.run(folder, ["sql", "--baseline", "known"]).status == 0)
    try folder.write("DROP TABLE a;\nDROP TABLE b;", to: "sql/V1__drop_a.sql")
    #expect(try await Self.run(folder, ["sql", "--baseline", "known"]).status == 1)
    #expect(try await Self.run(folder, ["sql", "--baseline", "gone"]).status == 2)
  }

  @Test("--since reports what differs from a revision, and applied files that were changed")
  func since() async throws {
    let folder = try Self.folder(["sql/V1__drop_a.sql": "DROP TABLE a;", "sql/V2__drop_b.sql": "DROP TABLE b;"])
    for arguments in [
      ["init", "--quiet"], ["add", "."],
      ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--no-verify", "-m", "one"],
    ] {
      _ = try await Subprocess.run(
        .name("git"), arguments: Arguments(["-C", folder.path] + arguments), output: .discarded, error: .discarded)
    }
    #expect(try await Self.run(folder, ["sql", "--since", "HEAD"]).report == "0 files: nothing found\n")
    try folder.write("DROP TABLE c;", to: "sql/V2__drop_b.sql")
    try folder.write("SELECT 1;", to: "sql/V3__one.sql")
    let report = try await Self.run(folder, ["sql", "--since", "HEAD"]).report
    #expect(report.contains("sql/V2__drop_b.sql:1:1: error file-changed"))
    #expect(!report.contains("V1__drop_a") && report.contains("2 files:"))
    #expect(try await Self.run(folder, ["sql", "--since", "no-such"]).status == 2)
    #expect(try await Self.run(folder, ["sql", "--since=--output=x"]).status == 2)
  }

  @Test("what git says of changes")
  func changes() {
    let changes = LintRevision.Changes(diff: "M\0a\0A\0b\0D\0c\0R090\0d\0e\0D\0f\0", untracked: "f\0g\0")
    #expect(changes.files == ["a": .modified, "b": .added, "e": .renamed(from: "d"), "f": .modified, "g": .added])
    #expect(changes.removed == ["c"])
  }

  @Test("docs/lint.md holds the rules as they are")
  func page() throws {
    let page = try TextFile.read(Checkout.path + "/docs/lint.md")
    #expect(page.hasSuffix("<!-- rules: made by whimbrel lint --explain all -->\n" + RulePage.text))
  }
}
