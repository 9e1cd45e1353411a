@testable import Commands
import Testing

@Suite("What is written where")
struct ConsoleTests {
  private func console(
    _ format: OutputOptions.Format, _ verbosity: OutputOptions.Verbosity = .normal, terminal: Bool = false
  ) -> Console {
    let screen = Terminal(
      isTerminal: terminal, columns: 80, color: .auto, environment: terminal ? ["TERM": "xterm"] : [:])
    return Console(format: format, verbosity: verbosity, result: screen, log: screen)
  }

  private func shown(_ console: Console) -> [LogLine.Level] {
    [.debug, .info, .warning, .error].filter { console.shows($0) }
  }

  @Test("quiet leaves warnings and errors, debug shows all")
  func levels() {
    #expect(shown(console(.text)) == [.info, .warning, .error])
    #expect(shown(console(.text, .quiet)) == [.warning, .error])
    #expect(shown(console(.text, .debug)) == [.debug, .info, .warning, .error])
    #expect(shown(console(.json)) == [.info, .warning, .error])
  }

  @Test("beside Flyway's JSON nothing is written into a pipe, so that 2>&1 is JSON too")
  func flywayJSON() {
    #expect(shown(console(.flywayJSON)) == [])
    #expect(shown(console(.flywayJSON, .quiet)) == [])
    #expect(shown(console(.flywayJSON, terminal: true)) == [.info, .warning, .error])
  }

  @Test("lines break where the text does, and nowhere else")
  func lines() {
    let line = LogLine(level: .warning, text: "one\ntwo\r\u{1B}[31m")
    #expect(console(.text).render(line) == "WARNING: one\ntwo\\r\\u{1b}[31m\n")
    #expect(console(.text, .quiet).render(LogLine(level: .info, text: "x")) == "")
  }
}
