@testable import Commands
import Testing

@Suite("What output is like")
struct TerminalTests {
  private func terminal(
    _ isTerminal: Bool, _ environment: [String: String], _ color: OutputOptions.Color = .auto
  ) -> Terminal {
    Terminal(isTerminal: isTerminal, columns: 100, color: color, environment: environment)
  }

  @Test("a pipe gets neither colour nor a live line")
  func pipe() {
    let pipe = terminal(false, ["TERM": "xterm"])
    #expect(!pipe.isInteractive && !pipe.hasColor)
    #expect(Ink.bad("x", on: pipe) == "x")
  }

  @Test("a terminal gets both")
  func interactive() {
    let screen = terminal(true, ["TERM": "xterm"])
    #expect(screen.isInteractive && screen.hasColor && screen.width == 100)
    #expect(Ink.bad("x", on: screen) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test("NO_COLOR takes the colour and leaves the live line; empty it means nothing")
  func noColor() {
    #expect(!terminal(true, ["TERM": "xterm", "NO_COLOR": "1"]).hasColor)
    #expect(terminal(true, ["TERM": "xterm", "NO_COLOR": "1"]).isInteractive)
    #expect(terminal(true, ["TERM": "xterm", "NO_COLOR": ""]).hasColor)
  }

  @Test("a dumb terminal gets neither", arguments: [["TERM": "dumb"], ["TERM": ""], [:]])
  func dumb(environment: [String: String]) {
    let screen = terminal(true, environment)
    #expect(!screen.isInteractive && !screen.hasColor)
  }

  @Test("the flag wins over everything")
  func flag() {
    #expect(terminal(false, [:], .always).hasColor)
    #expect(!terminal(true, ["TERM": "xterm"], .never).hasColor)
  }
}
