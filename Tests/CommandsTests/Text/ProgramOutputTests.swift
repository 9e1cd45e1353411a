import Support
import Testing

@testable import Commands

@Suite("Output of programs")
struct ProgramOutputTests {
  private func lines(_ chunks: [String], secrets: [String] = [], mostLines: Int = 100) -> (shown: [String], end: String)
  {
    var output = ProgramOutput(secrets: secrets.map { Redacted($0) }, mostLines: mostLines)
    var shown: [String] = []
    for chunk in chunks { shown += output.append(Array(chunk.utf8)) }
    shown += output.finish()
    return (shown, output.end)
  }

  @Test("bytes become lines wherever they are cut, the last without its end too")
  func cut() {
    #expect(lines(["on", "e\r\ntw", "o\n\nthree"]).shown == ["one", "two", "", "three"])
    #expect(lines([]).shown.isEmpty && lines(["\n"]).shown == [""])
  }

  @Test("a password is hidden also where it comes in two parts, one of few letters is not")
  func secrets() {
    #expect(lines(["a=sec", "ret-word!\n"], secrets: ["secret-word"]).shown == ["a=********!"])
    #expect(lines(["abc"], secrets: ["abc", ""]).shown == ["abc"])
    #expect(!lines(["secret-word"], secrets: ["secret-word"]).end.contains("secret"))
  }

  @Test("too many lines are counted, too long ones cut, and of all the end is kept")
  func bounds() {
    let many = lines([String(repeating: "x\n", count: 12_000) + "last"], mostLines: 10)
    #expect(many.shown.count == 11 && many.shown.last == "(11991 more lines)")
    #expect(many.end.hasSuffix("x\nlast\n") && many.end.utf8.count <= 10_000)
    let long = lines([String(repeating: "y", count: 10_000)])
    #expect(long.shown.map(\.utf8.count) == [4096, 4096, 1808])
  }
}
