internal import Glibc
internal import Logging
internal import Support

/// Writes one line for each log record to standard error: time, level, message, metadata.
///
/// Line breaks inside a value are written as `\n`, so that no value can fake a line of its own.
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
    // One call, so that lines of several threads do not mix.
    line.withCString { _ = write(2, $0, strlen($0)) }
  }

  static func line(time: Timestamp, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
    let fields = metadata.sorted { $0.key < $1.key }.map { key, value in
      let text = escaped("\(value)")
      return text.isEmpty || text.contains(" ") || text.contains("\"") ? "\(key)=\"\(quoted(text))\"" : "\(key)=\(text)"
    }
    let label = level.rawValue.uppercased()
    let padding = String(repeating: " ", count: max(0, 7 - label.count))
    return ([time.rfc3339Microseconds, label + padding, escaped(message)] + fields).joined(separator: " ") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func quoted(_ text: String) -> String {
    text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }
}
