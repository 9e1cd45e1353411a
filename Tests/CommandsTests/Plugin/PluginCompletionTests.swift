import Testing

@testable import Commands

@Suite("What may come next in a command line of the plugin")
struct PluginCompletionTests {
  @Test(
    "is decided by the words before",
    arguments: [
      ([""], PluginCompletion.Answer.commands), (["st"], .commands), ([], .commands), (["-n", "dev", ""], .commands),
      (["status", ""], .resources(options: [])), (["status", "a"], .resources(options: [])),
      (["-n", "dev", "plan", ""], .resources(options: ["-n", "dev"])),
      (["plan", "--namespace=dev", "--context", "c", ""], .resources(options: ["--namespace=dev", "--context", "c"])),
      (["approve", "--by", "eve", "-o=json", ""], .resources(options: [])), (["status", "app", ""], .nothing),
      (["logs", "--since", "1h", "--tail", "5", "-f", ""], .resources(options: [])),
      (["logs", "--controller-namespace", ""], .nothing),
      (["status", "-"], .nothing), (["status", "-n", ""], .nothing),
      (["status", "--output", "j"], .values(["wide", "json", "yaml"])),
    ])
  func answer(_ words: [String], expected: PluginCompletion.Answer) {
    #expect(PluginCompletion(words).answer == expected)
  }

  @Test("is written as kubectl reads it: what begins with the word, with its description, then the directive")
  func lines() {
    let candidates = [("app", "Applied"), ("api", ""), ("bets", "Waiting")]
    #expect(PluginCompletion.lines(candidates, beginningWith: "ap") == "app\tApplied\napi\n:4\n")
    #expect(PluginCompletion.lines([], beginningWith: "") == ":4\n")
  }
}
