internal import MigrationCore
internal import Postgres
internal import Support

extension MigrationSession {
  /// Takes Flyway's lock, makes the plan from the history as it is then, and applies what is pending.
  ///
  /// The lock is tried, never waited for. Cancelling the task cancels the running statement and rolls it back.
  /// - Throws: `databaseLocked`, `validationFailed`, `refused`, `migrationFailed` and the like; what was applied before
  ///   the failure stays applied and recorded.
  package func run(_ request: RunRequest) async throws(EngineError) -> RunSummary {
    let table = schemaHistory(request.settings)
    let lock = AdvisoryLock(connection: connection, key: table.lockKey)
    try await lock.acquire()
    do throws(EngineError) {
      let summary = try await runLocked(request, table, lock)
      await lock.release()
      return summary
    } catch {
      await lock.release()
      throw error
    }
  }

  private func runLocked(
    _ request: RunRequest, _ table: SchemaHistory, _ lock: AdvisoryLock
  ) async throws(EngineError) -> RunSummary {
    let isCitus = try await hasCitus()
    var snapshot = try await readHistory(request.settings)
    if let refusal = snapshot.refusal(settings: request.settings) { throw EngineError(.refused, refusal) }
    let plan = snapshot.plan(request.scripts, settings: request.settings)
    try Self.check(plan)
    request.report(.planned(plan))
    guard !plan.steps.isEmpty || snapshot.needsPreparation(settings: request.settings) else {
      return RunSummary(
        steps: [], initialVersion: plan.currentVersion, targetVersion: nil, warnings: [], schemasCreated: [],
        history: snapshot, plan: plan)
    }
    try request.permit()
    try await prepare(snapshot, plan.baseline, table, request.settings)
    let runner = StepRunner(
      connection: connection, history: table, execution: request.execution,
      installedBy: request.settings.installedBy ?? "", isCitus: isCitus,
      sessionSettings: sessionSettings(request.settings), permit: request.permit)
    var rank = HistoryRow.nextInstalledRank(after: try await readHistory(request.settings).rows)
    var applied: [RunSummary.AppliedStep] = []
    let missing = snapshot.missingSchemas
    for step in plan.steps {
      guard request.mayContinue() else {
        throw EngineError(
          .cancelled, "the controller is stopping; \(step.script.script) and what follows wait for the next run")
      }
      let milliseconds = try await apply(step, rank: rank, runner, request)
      applied.append(
        RunSummary.AppliedStep(script: step.script, isTransactional: step.isTransactional, milliseconds: milliseconds))
      // `DISCARD ALL` or `pg_advisory_unlock_all()` in the script takes the lock away.
      try await lock.confirm()
      rank += 1
    }
    snapshot = try await readHistory(request.settings)
    return RunSummary(
      steps: applied, initialVersion: plan.currentVersion,
      targetVersion: applied.last { $0.script.version != nil }?.script.version?.description, warnings: [],
      schemasCreated: request.settings.createSchemas ? missing : [], history: snapshot,
      plan: snapshot.plan(request.scripts, settings: request.settings))
  }

  private func sessionSettings(_ settings: MigrationSettings) -> [(name: String, value: String)] {
    let interval = original.connectionCheckInterval.map { (name: "client_connection_check_interval", value: $0) }
    return [(name: "search_path", value: searchPath(settings))] + [interval].compactMap(\.self)
  }

  private static func check(_ plan: MigrationPlan) throws(EngineError) {
    let blocking = plan.problems.filter(\.isBlocking)
    guard let first = blocking.first else { return }
    let more = blocking.count > 1 ? " (and \(blocking.count - 1) more)" : ""
    throw EngineError(.validationFailed, "\(first.message)\(more)", problems: blocking)
  }

  private func hasCitus() async throws(EngineError) -> Bool {
    do throws(PostgresError) {
      return try await !connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'").rows.isEmpty
    } catch {
      throw EngineError(connection: error, while: "looking for extension citus")
    }
  }

  private func prepare(
    _ snapshot: HistorySnapshot, _ baseline: MigrationPlan.Baseline?, _ table: SchemaHistory,
    _ settings: MigrationSettings
  ) async throws(EngineError) {
    let missing = settings.createSchemas ? snapshot.missingSchemas : []
    do throws(PostgresError) {
      for schema in missing {
        try await table.createSchema(schema)
      }
      if !snapshot.tableExists {
        try await table.create(
          baseline: baseline.map { baseline in
            Self.marker(
              rank: 1, version: baseline.version, type: .baseline, text: baseline.description, settings)
          })
      }
      if !missing.isEmpty {
        try await table.insert(
          Self.marker(
            rank: HistoryRow.nextInstalledRank(after: snapshot.rows, type: .schema), version: nil, type: .schema,
            text: "<< Flyway Schema Creation >>", script: missing.map(SQLText.identifier).joined(separator: ","),
            settings)
        )
      }
    } catch {
      await rollBackQuietly()
      throw EngineError(connection: error, while: "creating the history table")
    }
  }

  // A row that marks an event and stands for no script.
  private static func marker(
    rank: Int, version: String?, type: HistoryType, text: String, script: String? = nil, _ settings: MigrationSettings
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: version, description: HistoryText.description(text), type: type.rawValue,
      script: HistoryText.script(script ?? text), checksum: nil, installedBy: settings.installedBy ?? "",
      installedOn: "", executionTime: 0, success: true)
  }

  private func rollBackQuietly() async {
    do throws(PostgresError) {
      _ = try await connection.execute("ROLLBACK")
    } catch {
      await connection.close()
    }
  }

  // MARK: One step, with its retries

  private func apply(
    _ step: PlannedStep, rank: Int, _ runner: StepRunner, _ request: RunRequest
  ) async throws(EngineError) -> Int {
    request.report(.started(step))
    let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(30))
    var attempt = 0
    while true {
      attempt += 1
      do throws(EngineError) {
        let outcome = try await runner.run(step, rank: rank)
        for notice in outcome.warnings {
          request.report(
            .notice(severity: notice.severity, message: notice.message, sqlState: notice.sqlState.rawValue))
        }
        request.report(.applied(step, milliseconds: outcome.milliseconds))
        if outcome.warnings.contains(where: \.announcesUnfinishedCommit) {
          try await waitForPreparedTransactions(after: step, request)
        }
        return outcome.milliseconds
      } catch {
        guard step.isTransactional, let cause = error.cause, cause.isLockFailure else {
          if let failure = error.failure { request.report(.failed(step, failure)) }
          throw error
        }
        guard attempt <= request.execution.lockRetries else {
          throw EngineError(
            .lockTimedOut,
            "\(step.script.script): \(cause.message), \(attempt) times; rolled back, to be tried again later",
            failure: error.failure, cause: cause)
        }
        let delay = backoff.delay(afterFailures: attempt)
        request.report(.retrying(step, attempt: attempt, delay: delay, message: cause.message))
        try await pause(delay, request)
      }
    }
  }

  private func pause(_ delay: Duration, _ request: RunRequest) async throws(EngineError) {
    do {
      try await request.sleep(delay)
    } catch {
      throw EngineError(.cancelled, "the run was cancelled between two attempts; nothing is half applied")
    }
  }

  // Citus: WARNING `failed to commit transaction on host:port`. The migration is committed and will be everywhere, but
  // until then the worker holds its locks, and the next migration would not see its effects there.
  private func waitForPreparedTransactions(after step: PlannedStep, _ request: RunRequest) async throws(EngineError) {
    let pattern = "citus\\\\_0\\\\_\(connection.backendProcessIdentifier)\\\\_%"
    for _ in 0..<60 {
      do throws(PostgresError) {
        let result = try await connection.execute(
          """
          SELECT count(*) AS left FROM run_command_on_all_nodes($$
            SELECT gid FROM pg_prepared_xacts WHERE gid LIKE E'\(pattern)' AND database = current_database() LIMIT 1
          $$) WHERE NOT success OR coalesce(result, '') <> ''
          """)
        if result.rows.first?["left"] == "0" { return }
      } catch {
        throw EngineError(connection: error, while: "waiting for the workers to commit \(step.script.script)")
      }
      try await pause(.seconds(1), request)
    }
    throw EngineError(
      .preparedTransactions,
      "\(step.script.script) is applied, but a worker has not committed its part yet; nothing more is applied until it has "
        + "(SELECT recover_prepared_transactions() on the coordinator settles it)")
  }
}
