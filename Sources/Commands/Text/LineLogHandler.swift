internal import Logging
internal import Support

/// Writes one line for each log record to standard error: time, level, message, metadata.
///
/// Control characters are written as escapes (a line break as `\n`, a backslash as `\\`) and values with blanks in quotes,
/// so that no value can fake a line or a field of its own, or speak to a terminal.
struct LineLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()
  private let clock: WallClock

  init(label: String, clock: WallClock = .system) {
    self.clock = clock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = Self.line(
      time: clock.now(), level: event.level, message: event.message.description,
      metadata: metadata.merging(event.metadata ?? [:]) { $1 })
    StandardError.write(line)
  }

  static func line(time: Timestamp, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
    let fields = metadata.sorted { $0.key < $1.key }.map { key, value in
      let text = VisibleText.line("\(value)")
      let needsQuotes = text.isEmpty || text.unicodeScalars.contains { [" ", "\"", "=", "\\"].contains($0) }
      return needsQuotes ? "\(VisibleText.line(key))=\"\(quoted(text))\"" : "\(VisibleText.line(key))=\(text)"
    }
    let label = level.rawValue.uppercased()
    let padding = String(repeating: " ", count: max(0, 7 - label.count))
    return ([time.rfc3339Microseconds, label + padding, VisibleText.line(message)] + fields).joined(separator: " ")
      + "\n"
  }

  private static func quoted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\\\"" : String($1) }
  }
}
