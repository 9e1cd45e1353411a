internal import Logging
internal import Support

/// Writes one JSON object on a line of its own for each log record to standard error: `time`, `level`, `message`, and
/// `fields` with the metadata, if there is any.
///
/// Values of fields are texts, as they are in `LineLogHandler`; lists and maps stay lists and objects. Control characters
/// are escaped, so that nothing can fake a record or speak to a terminal.
struct JSONLogHandler: LogHandler {
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
    StandardError.write(
      Self.line(
        time: clock.now(), level: event.level, message: event.message.description,
        metadata: metadata.merging(event.metadata ?? [:]) { $1 }))
  }

  static func line(time: Timestamp, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
    let record: JSONValue = [
      "time": .string(time.rfc3339Microseconds), "level": .string(level.rawValue), "message": .string(message),
    ]
    let whole = metadata.isEmpty ? record : record.adding(["fields": object(metadata)])
    return whole.line + "\n"
  }

  private static func object(_ metadata: Logger.Metadata) -> JSONValue {
    .object(metadata.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: value($0.value)) })
  }

  private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let convertible): .string(convertible.description)
    case .array(let values): .array(values.map(Self.value))
    case .dictionary(let metadata): object(metadata)
    }
  }
}
