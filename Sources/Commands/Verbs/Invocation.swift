internal import FlywaySettings
internal import Glibc
internal import Support

/// One call of the command line: its arguments understood and its settings read.
struct Invocation: Sendable {
  let configuration: FlywayConfiguration
  let console: Console
  /// What programs get, beside what Flyway gives them.
  let environment: [String: String]

  /// Reads the settings of a command line from arguments, environment and files.
  ///
  /// - Throws: `SettingsError`.
  static func read(
    _ line: FlywayCommandLine, environment: [String: String]
  ) async throws(SettingsError) -> Invocation {
    let input = SettingsInput(
      arguments: line.settings.map { .init(key: $0.key, value: $0.value, shown: $0.shown) }, environment: environment,
      currentDirectory: ProcessEnvironment.currentDirectory,
      homeDirectory: environment["HOME"].flatMap { $0.isEmpty ? nil : $0 },
      readFile: { InputFile.read($0) })
    // Files are read, which may block (a network file system, the standard input).
    let configuration = try await BlockingWork.run { () throws(SettingsError) in try FlywayConfiguration.read(input) }
    return Invocation(
      configuration: configuration,
      console: console(line.output, configuration.output, environment: environment), environment: environment)
  }

  /// The console that options ask for, before or without settings.
  static func console(
    _ options: OutputOptions, _ choices: OutputChoices = OutputChoices(), environment: [String: String]
  ) -> Console {
    let color = options.color ?? OutputOptions.Color(rawValue: choices.color.rawValue) ?? .auto
    let format = options.format ?? (choices.form == .json ? .flywayJSON : .text)
    return Console(
      format: format, verbosity: options.verbosity, result: .of(1, color: color, environment: environment),
      log: .of(2, color: color, environment: environment))
  }
}
