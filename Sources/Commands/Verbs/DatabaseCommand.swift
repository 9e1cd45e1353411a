internal import FlywaySettings
internal import MigrationCore
internal import MigrationEngine
internal import Postgres
internal import Support

/// Flyway's verbs on a database, one after the other.
struct DatabaseCommand: Sendable {
  let invocation: Invocation
  /// `-migrationIds`.
  let onlyMigrationIdentifiers: Bool
  /// What `drift` is told.
  let drift: DriftOptions
  let clock: WallClock

  var configuration: FlywayConfiguration { invocation.configuration }
  var console: Console { invocation.console }

  /// Runs the verbs until one fails, and writes what they came to.
  ///
  /// - Returns: how the process ends.
  func run(_ verbs: [Verb]) async -> CInt {
    for notice in configuration.notices { console.note(.info, notice) }
    let (outcomes, signal) = await Interruptible.run { number in
      let name = number == 2 ? "SIGINT" : "SIGTERM"
      // The live line is written again by whoever shows it.
      if console.isLive { OutputStream.standardError.write("\r\u{1B}[K") }
      console.note(
        .warning,
        "\(name): the running statement is cancelled, a migration in a transaction rolled back; once more ends at once."
      )
    } _: {
      // One session has the process to itself.
      await withTaskExecutorPreference(PostgresConnection.executor) { await perform(verbs) }
    }
    if console.format.isData { console.print(Self.json(outcomes).text + "\n") }
    let failed = outcomes.contains { $0.failure != nil }
    if let signal, failed { return ExitStatus.ended(by: signal) }
    let counts = outcomes.contains { outcome in
      outcome.failure != nil && !(console.format == .flywayJSON && outcome.isFlywaySuccess)
    }
    return counts ? ExitStatus.failure : outcomes.map(\.status).max() ?? ExitStatus.success
  }

  /// Flyway's result for one verb, `individualResults` for several; an error alone where no result is.
  private static func json(_ outcomes: [VerbOutcome]) -> JSONValue {
    guard let last = outcomes.last else { return [:] }
    if outcomes.count == 1 { return last.json }
    if !last.isResult {
      let finished = JSONValue.array(outcomes.dropLast().map(\.json))
      let own = last.json["whimbrel"]?.adding(["individualResults": finished]) ?? nil
      return ["error": last.json["error"] ?? nil, "whimbrel": own]
    }
    return ["individualResults": .array(outcomes.map(\.json))]
  }

  private func perform(_ verbs: [Verb]) async -> [VerbOutcome] {
    var outcomes: [VerbOutcome] = []
    for verb in verbs {
      let outcome = await perform(verb)
      outcomes.append(outcome)
      switch console.format {
      case .text: console.print(outcome.text)
      case .markdown: console.print(outcome.markdown ?? "")
      case .json, .flywayJSON: break
      }
      guard let failure = outcome.failure else { continue }
      console.note(.error, failure.text)
      // Flyway's `validate` with JSON is a result, whatever it found, and what follows it runs.
      if !(console.format == .flywayJSON && outcome.isFlywaySuccess) { break }
    }
    return outcomes
  }

  private func perform(_ verb: Verb) async -> VerbOutcome {
    do throws(CommandFailure) {
      let target = try await resolve()
      let session = try await DatabaseSession.open(
        target, retries: configuration.connection.connectRetries,
        interval: configuration.connection.connectRetriesInterval, console: console)
      let run = VerbRun(command: self, session: session, parameters: target.parameters, startedAt: clock.now())
      let outcome = await run.perform(verb)
      await session.close()
      return outcome
    } catch {
      return .failed(error.failure)
    }
  }

  private func resolve() async throws(CommandFailure) -> ResolvedConnection {
    let connection = configuration.connection
    do throws(SettingsError) {
      // Certificates and the password file are read.
      let resolved = try await BlockingWork.run { () throws(SettingsError) in
        try connection.resolve { try InputFile.text($0) }
      }
      for notice in resolved.notices { console.note(.info, notice) }
      return resolved
    } catch {
      throw CommandFailure(Failure(error))
    }
  }
}

/// A failure on its way to where it is reported.
struct CommandFailure: Error, Sendable {
  let failure: Failure

  init(_ failure: Failure) {
    self.failure = failure
  }
}

extension VerbOutcome {
  /// A failure and nothing else: Flyway's `{"error": ...}`.
  static func failed(_ failure: Failure) -> VerbOutcome {
    VerbOutcome(
      json: [
        "error": failure.json,
        "whimbrel": ["version": .string(Version.current), "error": failure.details],
      ], failure: failure, isResult: false)
  }
}
