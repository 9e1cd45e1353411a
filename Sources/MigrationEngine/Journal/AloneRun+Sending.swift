internal import MigrationCore
internal import Postgres
internal import Support

extension AloneRun {
  /// Sends one statement, counted from 1, and notes that it was done.
  func send(_ number: Int, _ statement: SQLStatement) async throws(StepStop) {
    let facts = statement.facts
    if let backfill = statement.backfill {
      try await sendBackfill(number, statement, backfill)
    } else if await connection.isInTransaction() {
      try await sendInside(number, statement)
    } else if facts.sessionEffect == .setting || facts.transactionControl?.isOfSession == true {
      // Nothing to note: sent again it is the same.
      try await plain(statement)
    } else if facts.isAtomic {
      try await sendAtomically(number, statement)
    } else {
      try await sendRecorded(number, statement)
    }
  }

  private func plain(_ statement: SQLStatement) async throws(StepStop) {
    place.warnings += try await Self.asking { () async throws(PostgresError) in
      try await runner.sender.send(statement)
    }
  }

  // That it was under way says all that a resumed run needs: the rows themselves say how far it has come.
  private func sendBackfill(
    _ number: Int, _ statement: SQLStatement, _ backfill: Backfill
  ) async throws(StepStop) {
    try await note(underWay: number)
    try await BackfillRun(run: self, number: number, statement: statement, backfill: backfill).perform()
    try await note(done: number)
  }

  // MARK: In a transaction of ours

  private func sendAtomically(_ number: Int, _ statement: SQLStatement) async throws(StepStop) {
    let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(30))
    var attempt = 0
    while true {
      do throws(StepStop) {
        return try await sendInTransaction(number, statement)
      } catch {
        guard case .server(let cause) = error, cause.code == .server else { throw error }
        if !place.isRecording, cause.sqlState == .activeSQLTransaction {
          await connection.rollBack()
          return try await sendRecorded(number, statement)
        }
        if place.isRecording, cause.sqlState == .insufficientPrivilege, !notesAsOriginalRole {
          notesAsOriginalRole = true
        } else {
          attempt += 1
          guard cause.isLockFailure, attempt <= request.execution.lockRetries else { throw error }
          let delay = backoff.delay(afterFailures: attempt)
          request.report(.retrying(step, attempt: attempt, delay: delay, message: cause.message))
          await connection.rollBack()
          try await pause(delay)
        }
        place.isRecording = false
        await connection.rollBack()
      }
    }
  }

  private func sendInTransaction(_ number: Int, _ statement: SQLStatement) async throws(StepStop) {
    try await runner.execute(["BEGIN"])
    try await plain(statement)
    try await note(Resumption(rank: ranked.row.installedRank, done: number, isUnderWay: false), isOpen: true)
    try runner.askPermit()
    try await runner.execute(["COMMIT"])
    place.warnings += runner.sender.takeNotices()
    position = Resumption(rank: ranked.row.installedRank, done: number, isUnderWay: false)
  }

  private func pause(_ delay: Duration) async throws(StepStop) {
    do throws(EngineError) {
      try await request.pause(delay)
    } catch {
      throw .refused(error)
    }
  }

  // MARK: In a transaction of the script

  private func sendInside(_ number: Int, _ statement: SQLStatement) async throws(StepStop) {
    var isNoted = false
    switch statement.facts.transactionControl {
    case .commit:
      if try await !isReadOnly() {
        try await note(Resumption(rank: ranked.row.installedRank, done: number, isUnderWay: false), isOpen: true)
        isNoted = true
      }
      try runner.askPermit()
    // The name of a prepared transaction keeps it from being done twice.
    case .rollback, .prepareTransaction: break
    default: return try await plain(statement)
    }
    try await plain(statement)
    let isOver = await !connection.isInOpenTransaction()
    if isNoted {
      position = Resumption(rank: ranked.row.installedRank, done: number, isUnderWay: false)
    } else if isOver {
      try await note(done: number)
    }
  }

  /// Whether the transaction that is open may not write; also finds out whether the script's role may write the history.
  func isReadOnly() async throws(StepStop) -> Bool {
    let result = try await Self.asking { () async throws(PostgresError) in
      try await connection.execute(
        """
        SELECT current_setting('transaction_read_only') AS setting,
          pg_catalog.has_table_privilege(\(SQLText.literal(runner.history.table)), 'UPDATE') AS writes
        """)
    }
    if result.rows.first?["writes"] == "f" { notesAsOriginalRole = true }
    return result.rows.first?["setting"] == "on"
  }

  // MARK: In none

  private func sendRecorded(_ number: Int, _ statement: SQLStatement) async throws(StepStop) {
    // An index of that name that is there before was not made by this statement: the server answers for itself.
    let isTaken = try await isNameTaken(statement)
    if isTaken, statement.facts.concurrentIndex?.isConditional == true {
      // Not sent: Citus marks the coordinator's index as invalid for the time of the command (commands/index.c,
      // PostprocessIndexStmt), and 13.2.2 leaves it so where it only passes over the index.
      try await confirmIndex(statement)
      request.report(
        .notice(severity: "NOTICE", message: "the index is there, and valid everywhere; skipping", sqlState: "42P07"))
      return try await note(done: number)
    }
    if !isTaken { try await note(underWay: number) }
    try runner.askPermit()
    try await plain(statement)
    if SessionTrace.mayReleaseLock(statement) {
      do throws(EngineError) {
        try await runner.lock.confirm()
      } catch {
        throw .refused(error)
      }
    }
    try await confirmIndex(statement)
    try await note(done: number)
  }

  // That the server has said all is well is not believed: `IF NOT EXISTS` passes over an invalid index with a notice.
  private func confirmIndex(_ statement: SQLStatement) async throws(StepStop) {
    guard let index = statement.facts.concurrentIndex, index.action == .create else { return }
    let fault = try await Self.asking { () async throws(PostgresError) in
      try await InvalidIndex.fault(of: index, connection)
    }
    guard let fault else { return }
    let failure = StepFailure(
      step: step, place: (statement.line, statement.column), sqlState: nil, message: fault.message, hint: fault.advice,
      isRolledBack: false)
    throw .refused(EngineError(.migrationFailed, failure.summary, failure: failure))
  }

  private func isNameTaken(_ statement: SQLStatement) async throws(StepStop) -> Bool {
    guard case .createIndex(let index) = statement.facts.settling else { return false }
    let finding = try await Self.asking { () async throws(PostgresError) in
      try await IndexLook(connection: connection).find(index)
    }
    return finding.isNamed && finding.state != .missing
  }

  // MARK: Notes

  func note(done number: Int) async throws(StepStop) {
    try await note(Resumption(rank: ranked.row.installedRank, done: number, isUnderWay: false), isOpen: false)
  }

  func note(underWay number: Int) async throws(StepStop) {
    try await note(Resumption(rank: ranked.row.installedRank, done: number - 1, isUnderWay: true), isOpen: false)
  }

  private func note(_ now: Resumption, isOpen: Bool) async throws(StepStop) {
    place.isRecording = true
    do throws(StepStop) {
      try await write(now, isOpen: isOpen)
    } catch {
      guard case .server(let cause) = error, cause.sqlState == .insufficientPrivilege, !isOpen, !notesAsOriginalRole
      else { throw error }
      notesAsOriginalRole = true
      try await write(now, isOpen: false)
    }
    place.isRecording = false
    // In an open transaction it is true when that commits.
    if !isOpen { position = now }
  }

  // `SET LOCAL` gives the script its role back at the end of the transaction.
  private func write(_ now: Resumption, isOpen: Bool) async throws(StepStop) {
    let hasOwnTransaction = notesAsOriginalRole && !isOpen
    if hasOwnTransaction { try await runner.execute(["BEGIN"]) }
    if notesAsOriginalRole {
      let role = runner.session.original.role.map(SQLText.identifier) ?? "NONE"
      try await runner.execute(["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE \(role)"])
    }
    guard try await Self.asking({ () async throws(PostgresError) in try await runner.history.note(now) }) else {
      throw .refused(rowIsGone)
    }
    if hasOwnTransaction { try await runner.execute(["COMMIT"]) }
  }
}

extension StatementFacts.TransactionControl {
  /// Whether outside a transaction it begins one or does nothing.
  var isOfSession: Bool { self != .commitPrepared && self != .rollbackPrepared }
}
