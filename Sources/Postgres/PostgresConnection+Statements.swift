extension PostgresConnection {
  /// Sends one simple-protocol message, which may hold several statements; returns the result of the last.
  ///
  /// Cancelling the task sends a cancel request and throws `cancelled` when the server has given in; if the statement
  /// ended first, its result is returned. A task that is cancelled before its turn sends nothing.
  /// - Parameter sizeLimit: Bound on the result in bytes; beyond it the statement is cancelled.
  /// - Throws: `server`, `cancelled`, `resultTooLarge` (connection usable); `connectionLost`, `closed`; `invalidParameters`.
  package func execute(
    _ sql: String, sizeLimit: Int = QueryResult.defaultSizeLimit
  ) async throws(PostgresError) -> QueryResult {
    try await run(Exchange(message: .simple(sql), sizeLimit: sizeLimit))
  }

  /// Sends one statement with parameters in text form, nil for NULL (extended protocol).
  ///
  /// Cancellation, limit and errors as for `execute`.
  package func query(
    _ sql: String, _ parameters: [String?] = [], sizeLimit: Int = QueryResult.defaultSizeLimit
  ) async throws(PostgresError) -> QueryResult {
    try await run(Exchange(message: .extended(sql, parameters), sizeLimit: sizeLimit))
  }

  /// Sends `COPY ... FROM STDIN` and then the data, in the format that the statement names.
  ///
  /// Cancellation and errors as for `execute`; `invalidParameters` if the statement does not ask for data.
  package func copyIn(_ sql: String, data: [UInt8]) async throws(PostgresError) -> QueryResult {
    try await run(Exchange(message: .simple(sql), sizeLimit: QueryResult.defaultSizeLimit, copyData: data))
  }

  /// Waits for the turn, runs the exchange, and hands the connection on.
  private func run(_ exchange: Exchange) async throws(PostgresError) -> QueryResult {
    try exchange.validate(target)
    switch await gate.enter() {
    case .withdrawn: throw cancelledBeforeStart
    case .closed: throw closed
    case .granted: break
    }
    // From here to `open` nothing is awaited: `close()` cannot come between.
    guard gate.phase == .busy, !Task.isCancelled else {
      let isClosing = gate.phase != .busy
      leave()
      throw isClosing ? closed : cancelledBeforeStart
    }
    cancelRequest.open()
    let outcome = await withTaskCancellationHandler {
      await perform(exchange)
    } onCancel: {
      cancelRequest.request(patience: cancelTimeout)
    }
    let wasCancelled = cancelRequest.isRequested
    if await !cancelRequest.shut() {
      // A request that may still arrive would kill the next statement: there must be none.
      handle = nil
    }
    let isClosing = gate.phase == .closing
    leave()
    return try settle(outcome, wasCancelled: wasCancelled, isClosing: isClosing)
  }

  private func leave() {
    if gate.leave(isUsable: handle?.isBroken == false) {
      handle = nil
    }
  }

  private func settle(
    _ outcome: Exchange.Outcome, wasCancelled: Bool, isClosing: Bool
  ) throws(PostgresError) -> QueryResult {
    switch outcome {
    case .success(let result):
      return result
    case .failure(let error) where isClosing && error.sqlState == .queryCanceled:
      throw closed
    case .failure(var error):
      if wasCancelled, error.code == .server, error.sqlState == .queryCanceled {
        error.code = .cancelled
        error.message = "the task was cancelled and the server ended the statement"
      }
      throw error
    }
  }

  private var closed: PostgresError {
    PostgresError(code: .closed, message: "the connection is closed; connect again", target: target)
  }

  private var cancelledBeforeStart: PostgresError {
    PostgresError(
      code: .cancelled, message: "the task was cancelled before the statement was sent; nothing happened",
      target: target)
  }
}
