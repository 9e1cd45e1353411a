internal import MigrationCore
internal import Postgres
internal import Support

/// One backfill, from wherever the rows say that it is: each batch in a transaction of its own.
struct BackfillRun {
  let run: AloneRun
  /// Which statement of the script it is, from 1.
  let number: Int
  let statement: SQLStatement
  let backfill: Backfill

  private var request: RunRequest { run.request }
  private var connection: SessionConnection { run.connection }

  /// How often progress is told.
  private static let telling = Duration.seconds(1)
  private static let noting = Duration.seconds(10)
  private static let mostWarnings = 100

  /// Goes on until no row matches.
  /// - Throws: `refused` where the run is to end, where the table cannot be gone through, where a changed row matches still,
  ///   and where rows that match never end; `server` for a batch that failed and was rolled back.
  func perform() async throws(StepStop) {
    let found = try await AloneRun.asking { () async throws(PostgresError) in
      try await BackfillLook(connection: connection, table: backfill.table).find()
    }
    guard let found else { throw refused("there is no table \(backfill.table)", "Create it in an earlier migration") }
    let (table, refusal) = found.judge(backfill)
    guard let table else { throw refused(refusal ?? "", "Correct the directive or the table") }
    let isCitus = found.method != nil
    try await goThrough(BackfillText(backfill: backfill, table: table), isCitus: isCitus)
  }

  private func goThrough(_ text: BackfillText, isCitus: Bool) async throws(StepStop) {
    try await check(text)
    var state = BackfillState(
      isDistributed: text.table.names.map { _ in text.table.distribution != nil }, batch: backfill.batch)
    var progress = BackfillProgress(
      statement: number, table: backfill.table.description, estimated: text.table.estimatedRows)
    var told: ContinuousClock.Instant?
    var noted: ContinuousClock.Instant?
    var action = state.begin()
    while true {
      try askToGoOn()
      switch action {
      case .look: action = state.looked(try await !ask(text.look).rows.isEmpty)
      case .readTenants(let table, let after): action = state.read(try await tenants(text, table, after: after))
      case .change(let part):
        let (rows, key) = try await change(text, part, isCitus: isCitus)
        action = state.changed(rows, upTo: key)
        progress = progress.updated(state, shard: part.shard)
        if isDue(told, Self.telling) {
          progress.isNotable = isDue(noted, Self.noting)
          request.report(.backfill(run.step, progress))
          told = .now
          if progress.isNotable { noted = .now }
        }
        if rows > 0, action != .look { try await pause(backfill.pause) }
      case .finished:
        progress = progress.updated(state, shard: nil)
        (progress.isFinished, progress.isNotable) = (true, true)
        return request.report(.backfill(run.step, progress))
      case .endless:
        throw refused(
          "the table was gone through \(BackfillState.passes) times, and each time rows that match were found again",
          "Something writes them, or a trigger, rule or policy keeps them from being changed; put that right and run again: "
            + "it goes on")
      }
    }
  }

  // A name that is not there, or a value of another type, is found out also where no row matches: in a scratch database.
  private func check(_ text: BackfillText) async throws(StepStop) {
    _ = try await ask("PREPARE whimbrel_backfill AS \(text.backfill.update) RETURNING (\(backfill.condition))")
    _ = try await ask("DEALLOCATE whimbrel_backfill")
  }

  private func isDue(_ last: ContinuousClock.Instant?, _ interval: Duration) -> Bool {
    last.map { .now - $0 >= interval } ?? true
  }

  private func askToGoOn() throws(StepStop) {
    try run.runner.askPermit()
    guard request.mayContinue() else {
      throw .refused(
        EngineError(
          .cancelled,
          "the controller is stopping; the batches of \(run.step.script.script) so far are committed, and the next run "
            + "goes on with the rows that are left"))
    }
  }

  private func pause(_ delay: Duration) async throws(StepStop) {
    // In a scratch database there is nothing to spare.
    guard delay > .zero, request.trace == nil else { return }
    do throws(EngineError) {
      try await request.pause(delay)
    } catch {
      throw .refused(error)
    }
  }

  private func tenants(
    _ text: BackfillText, _ table: Int, after: String?
  ) async throws(StepStop) -> [BackfillState.Tenant] {
    let found = try await ask(text.tenants(of: table, after: after))
    let values = found.rows.compactMap { $0["tenant"] }
    guard !values.isEmpty else { return [] }
    let shards = try await ask(text.shards(of: table, values))
    return zip(found.rows, shards.rows).compactMap { row, shard in
      guard let value = row["tenant"], let rows = row["rows"].flatMap({ Int($0) }) else { return nil }
      return BackfillState.Tenant(value: value, rows: rows, shard: shard["shard"].flatMap { Int($0) } ?? 0)
    }
  }

  // MARK: A batch

  // A lock that is not granted in time costs nothing but the batch, which is tried again.
  private func change(
    _ text: BackfillText, _ part: BackfillState.Part, isCitus: Bool
  ) async throws(StepStop) -> (rows: Int, upTo: [String]?) {
    let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(30))
    var attempt = 0
    while true {
      do throws(StepStop) {
        return try await changeOnce(text, part, isCitus: isCitus)
      } catch {
        guard case .server(let cause) = error, cause.code == .server else { throw error }
        await connection.rollBack()
        attempt += 1
        guard cause.isLockFailure, attempt <= request.execution.lockRetries else { throw error }
        let delay = backoff.delay(afterFailures: attempt)
        request.report(.retrying(run.step, attempt: attempt, delay: delay, message: cause.message))
        try await pause(delay)
        try askToGoOn()
      }
    }
  }

  private func changeOnce(
    _ text: BackfillText, _ part: BackfillState.Part, isCitus: Bool
  ) async throws(StepStop) -> (rows: Int, upTo: [String]?) {
    let messages = MigrationSession.transactionStart(
      request.execution, begin: "BEGIN ISOLATION LEVEL READ COMMITTED", isCitus: isCitus, isSequential: false)
    for message in messages { try await run.runner.execute(message) }
    let bound = try await ask(text.bound(part)).rows.first
    let key = bound.map { row in row.values.compactMap(\.self) }
    let changed = try await ask(text.change(part, upTo: key))
    let again = changed.rows.count { $0["again"] == "t" }
    guard again == 0 else {
      await connection.rollBack()
      throw refused(
        "\(again) of \(changed.rows.count) changed rows match where= as before, so they would be changed for ever; the batch "
          + "was rolled back",
        "Let set= make where= false for every row that it changes")
    }
    try run.runner.askPermit()
    try await run.runner.execute(["COMMIT"])
    keep(run.runner.sender.takeNotices())
    return (changed.rows.count, key)
  }

  // One for each batch would fill the memory; what must be waited for is kept in any case.
  private func keep(_ warnings: [Notice]) {
    let room = max(0, Self.mostWarnings - run.place.warnings.count)
    run.place.warnings += warnings.prefix(room) + warnings.dropFirst(room).filter(\.announcesUnfinishedCommit).prefix(1)
  }

  private func ask(_ sql: String) async throws(StepStop) -> QueryResult {
    do throws(PostgresError) {
      return try await connection.execute(sql)
    } catch {
      throw .server(error.withoutPosition)
    }
  }

  private func refused(_ message: String, _ nextStep: String) -> StepStop {
    let failure = StepFailure(
      step: run.step, place: (statement.line, statement.column), sqlState: nil, message: message,
      hint: "\(nextStep); batches that are committed stay. A changed file runs again after `whimbrel repair`",
      isRolledBack: false)
    return .refused(EngineError(.migrationFailed, failure.summary, failure: failure))
  }
}

extension BackfillProgress {
  fileprivate func updated(_ state: BackfillState, shard: Int?) -> BackfillProgress {
    var progress = self
    (progress.rows, progress.pass, progress.tenants) = (state.rows, state.pass, state.tenants)
    progress.shard = shard
    return progress
  }
}

extension PostgresError {
  /// The same error without the place in a statement that the script does not have.
  fileprivate var withoutPosition: PostgresError {
    var error = self
    error.server?.statementPosition = nil
    return error
  }
}
