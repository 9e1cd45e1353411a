internal import FlywaySettings
internal import Support

/// The command line with Flyway's verbs, from its arguments to how the process ends.
enum FlywayProcess {
  /// Does what the arguments (without the programme's name) ask for.
  static func run(_ arguments: [String]) async -> CInt {
    let environment = ProcessEnvironment.all
    let line: FlywayCommandLine
    do throws(CommandError) {
      line = try FlywayCommandLine(arguments, flags: .settings)
    } catch {
      return refuse(Failure(error), format: format(of: arguments), environment)
    }
    switch line.request {
    case .nothing:
      OutputStream.standardOutput.write(HelpText.short)
      return ExitStatus.success
    case .help(let topic):
      OutputStream.standardOutput.write(HelpText.text(topic: topic))
      return ExitStatus.success
    case .version:
      OutputStream.standardOutput.write(Version.text(line.output.format ?? .text))
      return ExitStatus.success
    case .run, .new: return await run(line, environment)
    }
  }

  private static func run(_ line: FlywayCommandLine, _ environment: [String: String]) async -> CInt {
    ProcessEnvironment.dropConnectionDefaults()
    let invocation: Invocation
    do throws(SettingsError) {
      invocation = try await Invocation.read(line, environment: environment)
    } catch {
      return refuse(Failure(error), format: line.output.format ?? .text, environment)
    }
    switch line.request {
    case .run(let verbs):
      return await DatabaseCommand(
        invocation: invocation, onlyMigrationIdentifiers: line.output.onlyMigrationIdentifiers,
        drift: line.drift, clock: .system
      ).run(verbs)
    case .new(let description, let isSequential):
      return await NewCommand(invocation: invocation, clock: .system)
        .run(description: description, isSequential: isSequential)
    default: return ExitStatus.success
    }
  }

  /// Says why nothing was done.
  private static func refuse(
    _ failure: Failure, format: OutputOptions.Format, _ environment: [String: String]
  ) -> CInt {
    let console = Invocation.console(OutputOptions(format: format), environment: environment)
    if format.isData { console.print(VerbOutcome.failed(failure).json.text + "\n") }
    console.note(.error, failure.text)
    return ExitStatus.failure
  }

  // Arguments that cannot be understood may still say in which form they want to hear so.
  private static func format(of arguments: [String]) -> OutputOptions.Format {
    if arguments.contains(where: { $0.lowercased() == "-outputtype=json" }) { return .flywayJSON }
    let isJSON =
      arguments.contains("--output=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == ("--output", "json") }
    return isJSON ? .json : .text
  }
}
