internal import Support

/// One session with a PostgreSQL server.
///
/// Statements are sent one at a time; those that come meanwhile wait in the order in which they came. No call blocks a
/// thread: waiting for the server is done by one thread for all connections. Freeing the last reference closes the
/// session; `close()` does so at once.
package actor PostgresConnection {
  /// The server process of this session, as in `pg_stat_activity`.
  package nonisolated let backendProcessIdentifier: Int32
  /// The server's version as a number, such as 150020 for 15.20.
  package nonisolated let serverVersion: Int

  nonisolated let target: String
  nonisolated let cancelTimeout: Duration
  nonisolated let gate = SessionGate()
  nonisolated let cancelRequest: CancelRequest
  nonisolated let sink: NoticeSink
  nonisolated let owner: Readiness.Owner
  var handle: ConnectionHandle?

  /// How long a statement may take to end when the connection is being closed.
  static let closeTimeout = Duration.seconds(5)

  /// The thread that waits for the sockets of all connections, as an executor.
  ///
  /// A task that prefers it (`withTaskExecutorPreference`) goes on with an answer on the thread that has received it: no other
  /// is woken for each statement. It is for one who has a process to himself: what computes for long there holds up all
  /// other connections, and nothing may block.
  package static var executor: any TaskExecutor { Readiness.shared }

  /// Connects, and hands notices to `onNotice` as they come, besides keeping them for `takeNotices()`.
  ///
  /// The whole attempt is bounded by `connectTimeout`; every address of the host is tried. Cancelling the task ends it.
  /// `onNotice` is called on the connection's executor and must be quick.
  /// - Throws: `connectionFailed`, `timedOut`, `authenticationFailed`, `invalidParameters`, `cancelled`.
  package static func connect(
    _ parameters: ConnectionParameters, onNotice: (@Sendable (Notice) -> Void)? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let owner = Readiness.shared.newOwner()
    let sink = NoticeSink(handler: onNotice)
    let attempt = ConnectionAttempt(parameters, owner: owner, sink: sink)
    let handle = try await attempt.run()
    guard let cancelHandle = handle.cancelHandle() else {
      throw PostgresError(
        code: .connectionFailed, message: "libpq gives no key to cancel with: memory is out",
        target: parameters.targetIdentity, isTransient: true)
    }
    let connection = PostgresConnection(
      handle, cancelRequest: CancelRequest(cancelHandle, owner: owner), sink: sink, owner: owner,
      parameters: parameters)
    try await connection.prepareSession(until: attempt.deadline)
    return connection
  }

  private init(
    _ handle: consuming ConnectionHandle, cancelRequest: CancelRequest, sink: NoticeSink, owner: Readiness.Owner,
    parameters: ConnectionParameters
  ) {
    backendProcessIdentifier = handle.backendProcessIdentifier
    serverVersion = handle.serverVersion
    self.cancelRequest = cancelRequest
    self.sink = sink
    self.owner = owner
    target = parameters.targetIdentity
    cancelTimeout = parameters.cancelTimeout
    self.handle = consume handle
  }

  /// Whether statements can be sent, as far as is known: a connection that broke while idle is noticed by the next statement.
  package nonisolated var isOpen: Bool {
    gate.phase == .idle || gate.phase == .busy
  }

  /// Where the session stands between BEGIN and COMMIT, without asking the server.
  package var transactionStatus: TransactionStatus {
    handle?.transactionStatus ?? .unknown
  }

  /// The notices since the last call, oldest first; at most the newest 1000 are kept.
  package nonisolated func takeNotices() -> [Notice] {
    sink.take()
  }

  /// Closes the session, from any state; returns when the socket is closed.
  ///
  /// A statement that runs is cancelled and throws `closed`, as do those that wait; bounded by 5 seconds for the
  /// server to answer. Not cancellable. Calling it again does nothing.
  package func close() async {
    switch gate.close() {
    case .release:
      handle = nil
    case .interrupt:
      cancelRequest.request(patience: min(Self.closeTimeout, cancelTimeout))
      await gate.closed()
    case .nothing:
      await gate.closed()
    }
  }

  /// Makes the server notice within seconds that this side has vanished, where it can (PostgreSQL 14).
  private func prepareSession(until deadline: ContinuousClock.Instant) async throws(PostgresError) {
    guard serverVersion >= 140_000 else {
      return
    }
    // An attempt that stalls here is given up with the rest of the attempt.
    Readiness.shared.limit(owner, until: deadline)
    defer { Readiness.shared.liftLimit(owner) }
    do throws(PostgresError) {
      _ = try await execute("SET client_connection_check_interval = '10s'")
    } catch {
      if error.code == .connectionLost, error.server == nil, ContinuousClock.now >= deadline {
        throw PostgresError(
          code: .timedOut, message: "the server accepted the session and then did not answer in time; try again",
          target: target, isTransient: true)
      }
      // Some platforms refuse the setting: then the keepalives must do.
      guard error.code == .server else {
        throw error
      }
    }
  }
}
