internal import MigrationCore
internal import Postgres
internal import Support

/// One migration outside a transaction, from its first statement or from where an earlier run was interrupted.
///
/// How far it has come stands in its own row (`Resumption`). A statement that can be rolled back commits together with
/// that note, so that it is done exactly once. For every other one it is noted that it is under way before it is sent:
/// after a crash it is looked at what became of it (`Settlement`), or a person is asked (`Undecided`). A connection that
/// breaks within the run is no other case: the run begins again, from what the row says.
final class AloneRun {
  let runner: StepRunner
  let ranked: RankedStep
  let place: ScriptPlace
  let started = ContinuousClock.now
  /// As the row says; nil before there is one.
  var position: Resumption?
  private var hasBegun = false
  /// Whether the script took a role that may not write the history.
  var notesAsOriginalRole = false

  /// How often a run goes on after its connection broke.
  private static let repetitions = 3

  init(_ runner: StepRunner, _ ranked: RankedStep, _ place: ScriptPlace) {
    self.runner = runner
    self.ranked = ranked
    self.place = place
    position = ranked.step.resumption
  }

  var step: PlannedStep { ranked.step }
  var request: RunRequest { runner.request }
  var connection: SessionConnection { runner.connection }

  /// Runs it to its end, and settles its row.
  func perform() async throws(StepStop) {
    if let position { request.report(.resuming(step, done: position.done)) }
    for _ in 0..<Self.repetitions {
      do throws(StepStop) {
        return try await attempt()
      } catch {
        guard case .server(let cause) = error, cause.code == .connectionLost, !Task.isCancelled else { throw error }
        request.report(.settling(step, message: cause.message))
        try await Recovery(runner: runner).perform()
        if try await readBack() { return }
      }
    }
    try await attempt()
  }

  // True if the row says that all is done.
  private func readBack() async throws(StepStop) -> Bool {
    (place.statement, place.callback, place.isRecording) = (nil, nil, false)
    switch try await Self.asking({ () async throws(PostgresError) in try await runner.history.record(of: ranked.row) })
    {
    case .succeeded: return true
    case .interrupted(let found): position = found
    case .absent where position == nil: break
    case .absent, .failed: throw .refused(rowIsGone)
    }
    return false
  }

  private func attempt() async throws(StepStop) {
    try runner.askPermit()
    try await runner.prepareAlone()
    if !hasBegun { try await runner.fire(runner.events.before, place) }
    hasBegun = true
    if position == nil { try await record() }
    var done = 0
    if let position {
      try await restoreSession(position)
      done = position.isUnderWay ? try await settle(position) : position.done
    }
    try await runProgram(done)
    try await runner.sendStatements(of: step, from: done, place) { (index, statement) throws(StepStop) in
      try await send(index + 1, statement)
    }
    try await runner.fire(runner.events.after, place)
    try await finish()
  }

  private func record() async throws(StepStop) {
    let first = Resumption(rank: ranked.row.installedRank, done: 0, isUnderWay: false)
    var row = ranked.row
    (row.success, row.executionTime) = (false, first.executionTime)
    place.isRecording = true
    try await Self.asking { () async throws(PostgresError) in try await runner.history.insert(row) }
    place.isRecording = false
    position = first
  }

  private func runProgram(_ done: Int) async throws(StepStop) {
    guard step.program != nil, done == 0 else { return }
    try await note(underWay: 1)
    try await runner.runProgram(of: step)
    try await note(done: 1)
  }

  // A transaction that the script has begun by itself and not ended holds the last note too.
  private func finish() async throws(StepStop) {
    var isOpen = await connection.isInTransaction()
    if isOpen, try await isReadOnly() {
      try await runner.execute(["COMMIT"])
      isOpen = false
    }
    place.isRecording = true
    let row = ranked.row(since: started, success: true)
    let isThere = try await Self.asking { () async throws(PostgresError) in
      try await runner.session.becomeOriginalRole()
      return try await runner.history.settle(rank: row.installedRank, executionTime: row.executionTime, success: true)
    }
    guard isThere else { throw .refused(rowIsGone) }
    guard isOpen else { return }
    try runner.askPermit()
    try await runner.execute(["COMMIT"])
  }

  var rowIsGone: EngineError {
    EngineError(
      .recordingFailed,
      "\(step.script.script): row \(ranked.row.installedRank) of the history, which says how far it has come, was taken "
        + "out or changed by somebody else while it ran; compare what the script does with what is there, and correct "
        + "the row by hand")
  }

  static func asking<Value>(
    _ body: () async throws(PostgresError) -> Value
  ) async throws(StepStop) -> Value {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw .server(error)
    }
  }
}
