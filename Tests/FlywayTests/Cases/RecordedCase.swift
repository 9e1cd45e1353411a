import Testing

/// A case recorded from Flyway: files, settings, commands, and what was seen after each.
struct RecordedCase: Sendable, Decodable {
  let name: String
  let covers: String
  let config: [String: String]?
  let setup: String?
  let queries: [String: String]?
  let files: [String: RecordedFile]
  let steps: [RecordedStep]
  private let history_table: String?
  private let no_auto_info: Bool?

  /// Whether its steps are command lines of their own.
  var isCommandLine: Bool { name.hasPrefix("cli_") }
  /// Whether `info` was asked after each step.
  var asksInfo: Bool { !isCommandLine && no_auto_info != true }
  /// Schema and name of the history table.
  var historyTable: (schema: String, name: String) {
    let parts = (history_table ?? "public.flyway_schema_history").split(separator: ".").map(String.init)
    return (parts[0], parts[1])
  }

  /// The settings of a step: those of the case, with the step's own added and taken away.
  func config(of step: RecordedStep) -> [String: String] {
    var all = config ?? [:]
    for (key, value) in step.config ?? [:] { all[key] = value }
    return all
  }
}

extension RecordedCase: CustomTestStringConvertible, CustomTestArgumentEncodable {
  var testDescription: String { name }

  func encodeTestArgument(to encoder: some Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// One command of a case and what was seen after it; the keys of the fixture.
struct RecordedStep: Sendable, Decodable {
  let files: [String: RecordedFile?]?
  let config: [String: String?]?
  let sql: String?
  let during: String?
  let cmd: String?
  let args: [String]?
  let env: [String: String]?
  let exit: JSONValue
  let error: RecordedError?
  let schemaVersion: String?
  let info: JSONValue?
  let validate: JSONValue?
  let migrate: JSONValue?
  let repair: JSONValue?
  let baseline: JSONValue?
  let clean: JSONValue?
  let history: JSONValue?
  let tables: JSONValue?
  let schemas: JSONValue?
  let queries: JSONValue?

  /// What was run, for messages.
  var command: String { cmd ?? args?.joined(separator: " ") ?? "" }
}

/// Flyway's exception.
struct RecordedError: Sendable, Decodable {
  let `class`: String
  let errorCode: String
}

/// What lies at a path.
enum RecordedFile: Sendable, Decodable {
  case text(String)
  case base64(String)
  case link(String)
  case directory

  init(from decoder: any Decoder) throws {
    switch try JSONValue(from: decoder) {
    case .string(let text): self = .text(text)
    case .object(let members):
      if let text = members["b64"]?.text {
        self = .base64(text)
      } else if let target = members["link"]?.text {
        self = .link(target)
      } else {
        self = .directory
      }
    default:
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "neither text nor object"))
    }
  }
}
