internal import FlywaySettings
internal import MigrationCore
internal import MigrationEngine
internal import Postgres
internal import Support

/// One verb over one session.
struct VerbRun: Sendable {
  let command: DatabaseCommand
  let session: MigrationSession
  let parameters: ConnectionParameters
  let startedAt: Timestamp

  private var configuration: FlywayConfiguration { command.configuration }
  private var console: Console { command.console }

  /// Does what the verb says.
  func perform(_ verb: Verb) async -> VerbOutcome {
    do throws(CommandFailure) {
      let schema = session.defaultSchema(configuration.migration)
      let settings = completed(configuration.migration, schema: schema)
      let scripts = try await read(settings)
      console.note(.debug, "\(scripts.versioned.count) versioned, \(scripts.repeatables.count) repeatable migrations")
      let context = ReportContext(
        database: parameters.database, target: parameters.targetIdentity, settings: settings, startedAt: startedAt)
      let request = request(scripts, settings)
      switch verb {
      case .migrate: return await migrate(request, context, schema: schema)
      case .undo: return await undo(request, context, schema: schema)
      case .plan: return try await plan(scripts, request, context)
      case .drift: return try await drift(scripts, context)
      default: return try await look(verb, request, context, schema: schema)
      }
    } catch {
      return .failed(error.failure)
    }
  }

  /// The placeholders that only a session can tell.
  private func completed(_ settings: MigrationSettings, schema: String) -> MigrationSettings {
    var settings = settings
    settings.runsPrograms = true
    let known = settings.builtInPlaceholders
    settings.builtInPlaceholders = known.merging([
      "user": parameters.user, "database": parameters.database, "defaultSchema": schema,
      "timestamp": String(LocalTime.text(startedAt).prefix(19)).split(separator: "T").joined(separator: " "),
    ]) { own, _ in own }
    return settings
  }

  private func read(_ settings: MigrationSettings) async throws(CommandFailure) -> MigrationSet {
    let files = try await ScriptReading.files(configuration, console: console)
    let set = MigrationSet.resolve(files, settings: settings)
    for problem in set.problems where !problem.isBlocking {
      console.note(.warning, "\(problem.message) \(problem.nextStep)")
    }
    return set
  }

  private func request(_ scripts: MigrationSet, _ settings: MigrationSettings) -> RunRequest {
    var execution = ExecutionSettings()
    let choices = configuration.execution
    execution.lockTimeout = choices.lockTimeout ?? execution.lockTimeout
    execution.statementTimeout = choices.statementTimeout ?? execution.statementTimeout
    execution.lockRetries = choices.lockRetries ?? execution.lockRetries
    execution.multiShardMode = choices.multiShardMode.flatMap { .init(rawValue: $0) } ?? execution.multiShardMode
    var request = RunRequest(scripts: scripts, settings: settings, execution: execution)
    request.scriptCheck = .oneByOne
    let programs = programs
    request.runProgram = { program, tell in await programs.run(program, tell) }
    request.lockWait = .retries(count: configuration.lockRetryCount, every: .seconds(1))
    return request
  }

  private var programs: ProgramRunner {
    let connection = configuration.connection
    let texts = [
      "FLYWAY_URL": connection.url, "FLYWAY_USER": Redacted(connection.user ?? parameters.user),
      "FLYWAY_PASSWORD": connection.password,
    ]
    return ProgramRunner(
      environment: command.invocation.environment,
      connection: texts.compactMapValues(\.self).filter { !$0.value.reveal().isEmpty },
      secrets: [connection.password, parameters.password].compactMap(\.self))
  }

  /// Runs an operation of the engine and shows what it tells; gives back what was told, too.
  private func follow<Value: Sendable>(
    _ request: RunRequest, schema: String, isUndo: Bool = false,
    _ body: @escaping @Sendable (RunRequest) async throws(EngineError) -> Value
  ) async -> (result: Result<Value, EngineError>, record: RunRecord, milliseconds: Int) {
    let display = RunDisplay(console: console, schema: schema)
    let record = Guarded(RunRecord())
    var request = request
    request.report = { event in
      record.withLock { $0.handle(event) }
      if let shown = ProgressEvent(event, isUndo: isUndo) { display.report(shown) }
    }
    let (asked, started) = (request, ContinuousClock.now)
    let result = await display.during { () -> Result<Value, EngineError> in
      do throws(EngineError) {
        return .success(try await body(asked))
      } catch {
        return .failure(error)
      }
    }
    return (result, record.withLock { $0 }, Int((ContinuousClock.now - started).wholeMilliseconds))
  }
}

// MARK: Verbs

extension VerbRun {
  private func migrate(_ request: RunRequest, _ context: ReportContext, schema: String) async -> VerbOutcome {
    let session = session
    let (result, record, _) = await follow(request, schema: schema) { request throws(EngineError) in
      try await session.run(request)
    }
    let report: MigrateReport
    switch result {
    case .success(let summary):
      report = MigrateReport(
        record: record, schema: schema, schemasCreated: summary.schemasCreated,
        currentVersion: summary.plan.currentVersion, failure: nil)
    case .failure(let error):
      let failure = Failure(error)
      // Flyway has a result only where a migration failed; everything before that is an error alone.
      guard error.failure != nil || failure.isOfMigration || !record.steps.isEmpty else { return .failed(failure) }
      report = MigrateReport(
        record: record, schema: schema, schemasCreated: [], currentVersion: record.targetVersion, failure: failure)
    }
    return VerbOutcome(
      json: report.json(context), text: report.text(on: console.result), failure: report.failure)
  }

  private func undo(_ request: RunRequest, _ context: ReportContext, schema: String) async -> VerbOutcome {
    let session = session
    let (result, record, _) = await follow(request, schema: schema, isUndo: true) { request throws(EngineError) in
      try await session.undo(request)
    }
    var (target, failure): (String?, Failure?)
    switch result {
    case .success(let summary): target = summary.targetVersion
    case .failure(let error):
      failure = Failure(error)
      guard !record.steps.isEmpty else { return .failed(Failure(error)) }
    }
    let report = UndoReport(record: record, schema: schema, targetVersion: target, failure: failure)
    return VerbOutcome(json: report.json(context), text: report.text(on: console.result), failure: failure)
  }

  private func look(
    _ verb: Verb, _ request: RunRequest, _ context: ReportContext, schema: String
  ) async throws(CommandFailure) -> VerbOutcome {
    let (session, terminal) = (session, console.result)
    switch verb {
    case .validate:
      let (found, time) = try await value(request, schema) { request throws(EngineError) in
        try await session.validate(request)
      }
      let report = ValidateReport(report: found, milliseconds: time)
      return VerbOutcome(
        json: report.json(context), text: report.text(on: terminal), failure: report.failure, isFlywaySuccess: true)
    case .repair:
      let (done, time) = try await value(request, schema) { request throws(EngineError) in
        try await session.repair(request)
      }
      let result = RepairResult(report: done, milliseconds: time)
      return VerbOutcome(json: result.json(context), text: result.text(on: terminal))
    case .baseline:
      let (done, _) = try await value(request, schema) { request throws(EngineError) in
        try await session.baseline(request)
      }
      let result = BaselineResult(report: done)
      return VerbOutcome(json: result.json(context), text: result.text(on: terminal))
    case .clean:
      let (done, time) = try await value(request, schema) { request throws(EngineError) in
        try await session.clean(request)
      }
      for warning in done.warnings { console.note(.warning, warning) }
      let result = CleanResult(report: done, milliseconds: time)
      return VerbOutcome(json: result.json(context), text: result.text(on: terminal))
    default: return try await info(request, context, schema)
    }
  }

  private func info(
    _ request: RunRequest, _ context: ReportContext, _ schema: String
  ) async throws(CommandFailure) -> VerbOutcome {
    let session = session
    let (found, _) = try await value(request, schema) { request throws(EngineError) in try await session.info(request) }
    let report = InfoReport(found, filters: configuration.infoFilters)
    if let blocking = found.problems.first(where: \.isBlocking) {
      var failure = Failure(flywayCode: blocking.flywayErrorCode, message: blocking.message, nextStep: "")
      failure.problems = found.problems.filter(\.isBlocking)
      return .failed(failure)
    }
    let onlyIdentifiers = command.onlyMigrationIdentifiers || configuration.infoFilters.onlyIdentifiers
    return VerbOutcome(
      json: report.json(context), text: onlyIdentifiers ? report.identifiers + "\n" : report.text(on: console.result))
  }

  private func value<Value: Sendable>(
    _ request: RunRequest, _ schema: String,
    _ body: @escaping @Sendable (RunRequest) async throws(EngineError) -> Value
  ) async throws(CommandFailure) -> (Value, Int) {
    let (result, _, time) = await follow(request, schema: schema, body)
    switch result {
    case .success(let value): return (value, time)
    case .failure(let error): throw CommandFailure(Failure(error))
    }
  }
}
