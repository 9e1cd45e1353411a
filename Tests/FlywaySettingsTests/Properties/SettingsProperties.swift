internal import FlywaySettings
internal import MigrationCore
internal import Support

/// What must hold for settings, whatever the text: shared by the fuzzer and the tests.
enum SettingsProperties {
  /// Stands for a secret in every reading: no text that a person sees may hold it.
  private static let secret = "hunter2-Zq"

  /// Takes the input as `flyway.toml`, as `flyway.conf`, as arguments and as environment variables.
  static func check(_ bytes: [UInt8]) throws(Violation) {
    let text = String(decoding: bytes, as: UTF8.self)
    try TOMLProperties.check(bytes)
    let toml = bytes + Array("\n[environments.hidden]\npassword = \"\(secret)\"\n".utf8)
    try check(SettingsInput(currentDirectory: "/project", readFile: Self.file("/project/flyway.toml", toml)))
    let conf = Array("flyway.password=\(secret)\n".utf8) + bytes
    try check(SettingsInput(currentDirectory: "/project", readFile: Self.file("/project/flyway.conf", conf)))
    let pairs = pairs(text)
    let hidden = SettingsInput.Argument(key: "password", value: secret)
    let arguments = pairs.map { SettingsInput.Argument(key: $0.key, value: $0.value) }
    try check(SettingsInput(arguments: [hidden] + arguments, currentDirectory: "/project"))
    let variables = Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first }
    try check(
      SettingsInput(
        environment: variables.merging(["FLYWAY_PASSWORD": secret]) { $1 }, currentDirectory: "/project",
        homeDirectory: "/home"))
  }

  /// Lines of the form `key=value`, with or without Flyway's dash.
  private static func pairs(_ text: String) -> [(key: String, value: String)] {
    text.unicodeScalars.split(separator: "\n").prefix(20).map { line in
      let key = line.prefix { $0 != "=" }
      let value = String(String.UnicodeScalarView(line.dropFirst(key.count + 1)))
      return (String(String.UnicodeScalarView(key.drop { $0 == "-" })), value)
    }
  }

  private static func file(_ path: String, _ bytes: [UInt8]) -> @Sendable (String) -> SettingsInput.FileContent {
    { $0 == path ? .bytes(bytes) : .absent }
  }

  /// Read twice the result is the same; it says what is wrong, where and what next, and no secret.
  private static func check(_ input: SettingsInput) throws(Violation) {
    let result = Result { () throws(SettingsError) in try FlywayConfiguration.read(input) }
    let again = Result { () throws(SettingsError) in try FlywayConfiguration.read(input) }
    try Violation.unless(shown(result) == shown(again), "read again it is another thing: \(shown(result))")
    for text in shown(result) { try Violation.unless(!text.contains(secret), "the secret is shown: \(text)") }
    switch result {
    case .success(let configuration):
      try Violation.unless(configuration.workingDirectory.hasPrefix("/"), configuration.workingDirectory)
      try checkConnection(configuration.connection)
    case .failure(let error):
      try checkError(error, isFile: !input.environment.keys.contains("FLYWAY_PASSWORD") && input.arguments.isEmpty)
    }
  }

  /// Everything that a person may be shown.
  private static func shown(_ result: Result<FlywayConfiguration, SettingsError>) -> [String] {
    switch result {
    case .success(let configuration):
      configuration.notices + configuration.filesRead + ["\(configuration.connection)"]
    case .failure(let error): [error.description, error.message, error.place, error.nextStep]
    }
  }

  private static func checkError(_ error: SettingsError, isFile: Bool) throws(Violation) {
    try Violation.unless(!error.message.isEmpty && !error.nextStep.isEmpty, "\(error.code) says nothing: \(error)")
    let isPlaced = !isFile || error.place.contains("/project/flyway.") || error.message.contains("/project/flyway.")
    try Violation.unless(isPlaced || error.code == .unknownEnvironment, "\(error.code) has no place: \(error)")
  }

  /// An address leads to a database or to an error without the password.
  private static func checkConnection(_ connection: ConnectionSettings) throws(Violation) {
    var connection = connection
    connection.password = connection.password ?? Redacted(secret)
    let shown: [String]
    do throws(SettingsError) {
      let resolved = try connection.resolve { _ in "" }
      shown = resolved.notices + ["\(resolved.parameters)"]
    } catch {
      try Violation.unless(!error.message.isEmpty && !error.nextStep.isEmpty, "\(error.code) says nothing: \(error)")
      shown = [error.description]
    }
    for text in shown { try Violation.unless(!text.contains(secret), "the secret is shown: \(text)") }
  }
}
