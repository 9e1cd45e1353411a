internal import MigrationEngine
internal import Postgres

/// The session of one look: of an earlier look, or new; a run in it always has a new one.
struct LookSession {
  private(set) var session: MigrationSession
  private(set) var isNew: Bool
  private var opened: ContinuousClock.Instant
  private var mayBeKept: Bool
  private let parameters: ConnectionParameters
  private let context: ReconcileContext
  private let initSql: String?

  /// Takes a session that is there, or opens one.
  /// - Throws: as `MigrationSession.open`.
  init(
    _ parameters: ConnectionParameters, initSql: String?, context: ReconcileContext
  ) async throws(EngineError) {
    self.parameters = parameters
    self.context = context
    self.initSql = initSql
    // What initSql has done to a session is not known.
    mayBeKept = initSql == nil
    if initSql == nil, let found = await context.sessions.take(parameters) {
      (session, opened, isNew) = (found.session, found.opened, false)
    } else {
      (opened, isNew) = (.now, true)
      session = try await MigrationSession.open(parameters, initSql: initSql, logger: context.logger)
    }
  }

  /// Makes it a session that a run may use, and nobody after it.
  /// - Throws: as `MigrationSession.open`.
  mutating func prepareForRun() async throws(EngineError) {
    mayBeKept = false
    guard !isNew else { return }
    await session.close()
    session = try await MigrationSession.open(parameters, initSql: initSql, logger: context.logger)
    isNew = true
  }

  /// The look has ended: leaves the session to the next one, or closes it.
  func end() async {
    if mayBeKept { await context.sessions.keep(session, parameters, opened: opened) } else { await session.close() }
  }
}
