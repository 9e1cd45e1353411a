@testable import Commands
import Testing

@Suite("Arguments in Flyway's spelling and as long flags")
struct FlywayCommandLineTests {
  /// A few keys, so that the tests do not depend on the whole table.
  private static let flags = FlagTable(
    find: { flag in
      switch flag {
      case "outOfOrder", "out-of-order": ("outOfOrder", .switchable)
      case "url": ("url", .valued)
      case "locations": ("locations", .valued)
      case "baselineVersion", "baseline-version": ("baselineVersion", .valued)
      case _ where flag.hasPrefix("placeholders."): (flag, .valued)
      default: nil
      }
    }, nearest: { $0.lowercased().hasPrefix("outofordr") ? "outOfOrder" : nil })

  private func read(_ arguments: [String]) throws -> FlywayCommandLine {
    try FlywayCommandLine(arguments, flags: Self.flags)
  }

  private func settings(_ arguments: [String]) throws -> [String] {
    try read(arguments).settings.map { "\($0.key)=\($0.value)" }
  }

  @Test(
    "verbs and flags may stand in any order",
    arguments: [
      (["migrate"], [Verb.migrate], []),
      (["-url=x", "clean", "migrate", "info"], [.clean, .migrate, .info], ["url=x"]),
      (
        ["info", "-url=jdbc:postgresql://h/d?user=u&password=a=b"], [.info],
        [
          "url=jdbc:postgresql://h/d?user=u&password=a=b"
        ]
      ),
      (["--url", "x", "info"], [.info], ["url=x"]),
      (["--url=x", "info", "--locations", "a,b"], [.info], ["url=x", "locations=a,b"]),
      (["--out-of-order", "info"], [.info], ["outOfOrder=true"]),
      (["--outOfOrder", "info"], [.info], ["outOfOrder=true"]),
      (["--out-of-order", "false", "info"], [.info], ["outOfOrder=false"]),
      (["--out-of-order=false", "info"], [.info], ["outOfOrder=false"]),
      (["-outOfOrder=true", "info"], [.info], ["outOfOrder=true"]),
      (["-placeholders.my-name=a b", "info"], [.info], ["placeholders.my-name=a b"]),
      (["--placeholders.who", "me", "info"], [.info], ["placeholders.who=me"]),
      (["--baseline-version", "-1", "info"], [.info], ["baselineVersion=-1"]),
      (["-url=", "info"], [.info], ["url="]),
      (["", "  ", "info"], [.info], []),
      (["-nobody.knows=1", "info"], [.info], ["nobody.knows=1"]),
      (["-url=a", "-url=b", "info"], [.info], ["url=a", "url=b"]),
      (["-n", "-skipCheckForUpdate", "plan"], [.plan], []),
    ] as [([String], [Verb], [String])])
  func anyOrder(arguments: [String], verbs: [Verb], expected: [String]) throws {
    #expect(try read(arguments).request == .run(verbs))
    #expect(try settings(arguments) == expected)
  }

  @Test(
    "help and version win over verbs",
    arguments: [
      ([], .nothing), (["-url=x"], .nothing), (["version"], .version), (["-v"], .version), (["--version"], .version),
      (["help"], .help(topic: nil)), (["-?"], .help(topic: nil)), (["-h", "migrate"], .help(topic: "migrate")),
      (["help", "controller"], .help(topic: "controller")), (["migrate", "--help"], .help(topic: "migrate")),
    ] as [([String], FlywayCommandLine.Request)])
  func help(arguments: [String], expected: FlywayCommandLine.Request) throws {
    #expect(try read(arguments).request == expected)
  }

  @Test("the words behind new are its description, flags aside")
  func new() throws {
    #expect(
      try read(["new", "add user preferences"]).request
        == .new(description: "add user preferences", isSequential: false))
    let several = try read(["new", "add", "--sequential", "info", "-locations=x", "table"])
    #expect(several.request == .new(description: "add info table", isSequential: true))
    #expect(several.settings.map(\.key) == ["locations"])
  }

  @Test("output flags set the format, Flyway's own spelling apart from ours")
  func output() throws {
    #expect(try read(["info"]).output == OutputOptions())
    #expect(try read(["--output", "json", "info"]).output.format == .json)
    #expect(try read(["--output=text", "info"]).output.format == .text)
    #expect(try read(["-outputType=json", "info"]).output.format == .flywayJSON)
    #expect(try read(["-outputType=JSON", "info"]).output.format == .flywayJSON)
    #expect(try read(["-q", "info"]).output.verbosity == .quiet)
    #expect(try read(["-X", "info"]).output.verbosity == .debug)
    #expect(try read(["-color=never", "info"]).output.color == .never)
    #expect(try read(["-migrationIds", "info"]).output.onlyMigrationIdentifiers)
  }

  @Test(
    "what is not understood is named, with the nearest thing that is",
    arguments: [
      (["-foo", "info"], "There is no flag -foo"),
      (["migrate", "frobnicate"], "'frobnicate' is no verb"),
      (["migrat"], "Did you mean migrate?"),
      (["--out-of-ordr", "info"], "There is no flag --out-of-ordr"),
      (["--outOfOrdr", "info"], "Did you mean --out-of-order?"),
      (["-outOfOrder", "migrate"], "Write -outOfOrder=true"),
      (["-url", "x", "migrate"], "Write -url=..."),
      (["migrate", "--url"], "--url has no value"),
      (["--url", "--out-of-order", "migrate"], "--url has no value"),
      (["--output=xml", "info"], "--output is 'xml'. It can be json, markdown or text."),
      (["-outputType=text", "info"], "It can be json."),
      (["-color=blue", "info"], "It can be auto, always or never."),
      (["new", "x", "--sequential", "-q", "-foo"], "There is no flag -foo"),
      (["migrate", "new", "x"], "new stands alone"),
      (["--sequential", "info"], "--sequential is for new"),
    ] as [([String], String)])
  func refusals(arguments: [String], expected: String) {
    let error = #expect(throws: CommandError.self) { try read(arguments) }
    #expect(error?.code == .usage)
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("a hostile argument is shown without its control characters")
  func hostile() {
    let error = #expect(throws: CommandError.self) { try read(["\u{1B}[2Jmigrate\n"]) }
    #expect(error?.message.unicodeScalars.contains { VisibleText.isControl($0) } == false)
  }

  @Test("keys become long flags")
  func longFlags() {
    #expect(FlagTable.flag(of: "outOfOrder") == "--out-of-order")
    #expect(FlagTable.flag(of: "whimbrel.lockTimeout") == "--lock-timeout")
    #expect(FlagTable.flag(of: "url") == "--url")
  }

  @Test(
    "only what begins with a command of ours is for that command",
    arguments: [
      (["controller", "--namespace", "x"], "controller"), (["help", "controller"], "controller"),
      (["--help", "wait"], "wait"), (["wait", "app"], "wait"), (["dev", "app"], "dev"),
      (["--schemas", "controller", "migrate"], nil), (["new", "wait"], nil), ([], nil), (["help"], nil),
    ] as [([String], String?)])
  func command(arguments: [String], expected: String?) {
    #expect(Commands.Process.kubernetesCommand(arguments) == expected)
  }
}
