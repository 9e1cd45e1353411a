/// A line of the log.
struct LogLine: Sendable, Equatable {
  enum Level: Int, Sendable, Comparable {
    case debug, info, warning, error

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  let level: Level
  /// May have several lines; control characters are escaped when it is written.
  let text: String
  /// A result that is good news.
  var isGood = false
}

/// Where a command writes: its result to standard output, everything else to standard error.
struct Console: Sendable {
  let format: OutputOptions.Format
  let verbosity: OutputOptions.Verbosity
  let result: Terminal
  let log: Terminal

  /// Whether progress is shown on a line that is written over.
  var isLive: Bool { log.isInteractive && verbosity != .quiet }

  /// Whether lines of this level are written.
  ///
  /// Beside Flyway's JSON nothing is, as with Flyway, so that `2>&1` gives JSON too; on a terminal nobody reads it so.
  func shows(_ level: LogLine.Level) -> Bool {
    switch verbosity {
    case .quiet: format == .flywayJSON ? false : level >= .warning
    case .normal: format == .flywayJSON && !log.isInteractive ? false : level >= .info
    case .debug: true
    }
  }

  /// A line as it is written, with its line break; empty if it is not shown.
  func render(_ line: LogLine) -> String {
    guard shows(line.level) else { return "" }
    let text = VisibleText.paragraph(line.text)
    switch line.level {
    case .debug: return Ink.faint(text, on: log) + "\n"
    case .info: return (line.isGood ? Ink.good(text, on: log) : text) + "\n"
    case .warning: return Ink.notable("WARNING: ", on: log) + text + "\n"
    case .error: return Ink.bad("ERROR: ", on: log) + text + "\n"
    }
  }

  /// Writes lines of the log.
  func write(_ lines: [LogLine]) {
    let text = lines.map(render).joined()
    if !text.isEmpty { OutputStream.standardError.write(text) }
  }

  /// Writes to the log.
  func note(_ level: LogLine.Level, _ text: String) {
    write([LogLine(level: level, text: text)])
  }

  /// Writes to standard output.
  func print(_ text: String) {
    OutputStream.standardOutput.write(text)
  }
}
