@testable import Commands
import TestSupport
import Testing

@Suite("docs/cli.md")
struct CommandLinePageTests {
  private let page = (try? TextFile.read(Checkout.path + "/docs/cli.md")) ?? ""

  @Test("it holds the table of settings as it is")
  func settings() {
    #expect(page.contains(SettingsPage.used), "put this there:\n\(SettingsPage.used)")
    #expect(page.contains(SettingsPage.others), "put this there:\n\(SettingsPage.others)")
  }

  @Test("it has a section on every verb", arguments: Verb.allCases)
  func verbs(verb: Verb) {
    #expect(page.contains("\n### \(verb.rawValue)\n"))
  }

  @Test("it names the version of Flyway whose JSON is written")
  func version() {
    #expect(page.contains("`flywayVersion` is `\(ReportContext.flywayVersion)`"))
  }

  @Test("every flag that it shows is one", arguments: ["docs/cli.md", "README.md"])
  func flags(path: String) throws {
    let text = try TextFile.read(Checkout.path + "/" + path)
    // swift-argument-parser reads these, and refuses what it does not know.
    let ofOurs = ["controller", "whimbrel wait", "whimbrel dev"]
    for line in text.split(separator: "\n")
    where line.contains("whimbrel ") && !ofOurs.contains(where: { line.contains($0) }) {
      for word in line.split(separator: " ") where word.hasPrefix("--") {
        let name = String(word.dropFirst(2).prefix { $0.isLetter || $0 == "-" || $0 == "." })
        let own = ["output", "sequential", "quiet", "debug", "help", "version", "migration-ids"] + DriftOptions.flags
        #expect(own.contains(name) || FlagTable.settings.find(name) != nil, "\(path): \(word)")
      }
    }
  }
}
