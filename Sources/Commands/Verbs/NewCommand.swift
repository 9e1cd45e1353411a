internal import FlywaySettings
internal import MigrationCore
internal import Support

/// `whimbrel new`: a migration file in the first location.
struct NewCommand: Sendable {
  let invocation: Invocation
  let clock: WallClock

  /// Makes the file, and writes where it is.
  ///
  /// - Returns: how the process ends.
  func run(description: String, isSequential: Bool) async -> CInt {
    let console = invocation.console
    do throws(CommandFailure) {
      let path = try await make(description, isSequential)
      console.print(
        console.format == .text
          ? VisibleText.cell(path) + "\n"
          : (["operation": "new", "whimbrel": ["version": .string(Version.current), "file": .string(path)]] as JSONValue)
            .text + "\n")
      return ExitStatus.success
    } catch {
      if console.format != .text { console.print(VerbOutcome.failed(error.failure).json.text + "\n") }
      console.note(.error, error.failure.text)
      return ExitStatus.failure
    }
  }

  private func make(_ description: String, _ isSequential: Bool) async throws(CommandFailure) -> String {
    let configuration = invocation.configuration
    guard let location = configuration.locations.first, !location.path.contains(where: { "*?".contains($0) }) else {
      throw CommandFailure(
        Failure(
          CommandError(
            .unsuitable, "The first location is a pattern, no directory.",
            nextStep: "Name one with --locations filesystem:DIRECTORY.")))
    }
    // A duplicate counts wherever it lies.
    let files = try await ScriptReading.files(configuration, console: invocation.console)
    do throws(CommandError) {
      let file = try NewMigration(
        description: description, numbering: isSequential ? .sequential : .timestamp(clock.now()),
        existing: files.map(\.name), naming: configuration.migration.naming)
      let path = "\(location.path)/\(file.fileName)"
      try await BlockingWork.run { () throws(CommandError) in try NewFile.write(file.text, to: path) }
      if let warning = file.warning { invocation.console.note(.warning, warning) }
      return path
    } catch {
      throw CommandFailure(Failure(error))
    }
  }
}
