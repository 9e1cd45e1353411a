internal import CLibPQ

extension PostgresConnection {
  /// Sends the message and reads everything that the server answers, so that the next statement finds a clean connection.
  func perform(_ exchange: Exchange) async -> Exchange.Outcome {
    do throws(PostgresError) {
      try send(exchange.message)
      try await flush()
      return await drain(exchange)
    } catch {
      return .failure(error)
    }
  }

  private func send(_ message: Exchange.Message) throws(PostgresError) {
    let isSent =
      switch message {
      case .simple(let sql): handle?.send(sql)
      case .extended(let sql, let parameters): handle?.send(sql, parameters: parameters)
      }
    guard isSent == true else {
      throw lost(nil)
    }
  }

  /// Hands everything to the system; reads meanwhile, since a server that cannot write does not read either.
  func flush() async throws(PostgresError) {
    while handle?.flush() == false {
      try await wait(for: .either)
      _ = handle?.consumeInput()
    }
  }

  private func drain(_ exchange: Exchange) async -> Exchange.Outcome {
    var collector = ResultCollector(limit: exchange.sizeLimit)
    do throws(PostgresError) {
      return .success(try await drain(exchange, into: &collector))
    } catch {
      var error = error
      error.completed = collector.completed
      return .failure(error)
    }
  }

  private func drain(
    _ exchange: Exchange, into collector: inout ResultCollector
  ) async throws(PostgresError) -> QueryResult {
    var copyData = exchange.copyData
    var misuse: String?
    while let result = try await nextResult() {
      switch result.status {
      case PGRES_COPY_IN:
        misuse = copyData == nil ? "the statement asks for data; use copyIn" : misuse
        try await sendCopy(copyData.take() ?? [], isWanted: misuse == nil)
      case PGRES_COPY_OUT:
        misuse = "COPY TO STDOUT is not supported; copy to a file or select the rows"
        try await skipCopyOutput()
      case PGRES_COPY_BOTH:
        throw lost("the server switched to replication, which is not supported")
      default:
        if collector.add(result) {
          cancelRequest.request(patience: cancelTimeout)
        }
      }
    }
    return try outcome(of: collector, misuse: misuse, lacksCopy: copyData != nil, limit: exchange.sizeLimit)
  }

  private func nextResult() async throws(PostgresError) -> ResultHandle? {
    while handle?.isBusy == true {
      try await wait(for: .readable)
      // If the connection broke, libpq now hands out what had arrived and then an error.
      if handle?.consumeInput() != true {
        break
      }
    }
    return handle?.nextResult()
  }

  private func skipCopyOutput() async throws(PostgresError) {
    while handle?.skipCopyOutput() == false {
      try await wait(for: .readable)
      guard handle?.consumeInput() == true else {
        throw lost(nil)
      }
    }
  }

  /// Waits for the socket.
  ///
  /// Not cancellable, since the answer must be read to its end; a cancel request limits it.
  func wait(for interest: Readiness.Interest) async throws(PostgresError) {
    guard let socket = handle?.socket, socket >= 0 else {
      throw lost(nil)
    }
    let outcome = await Readiness.shared.wait(socket, for: interest, owner: owner)
    guard outcome != .ready else {
      return
    }
    guard outcome == .timedOut, case .renewed = cancelRequest.renew() else {
      throw lost("the server did not answer")
    }
  }

  private func outcome(
    of collector: ResultCollector, misuse: String?, lacksCopy: Bool, limit: Int
  ) throws(PostgresError) -> QueryResult {
    if handle?.isBroken != false {
      throw lost(collector.libraryMessage, collector.diagnostics)
    }
    if let misuse {
      throw PostgresError(code: .invalidParameters, message: misuse, target: target)
    }
    if collector.isOversize {
      throw PostgresError(
        code: .resultTooLarge,
        message: "the result is larger than \(limit) bytes; ask for fewer rows or columns, or raise the limit",
        server: collector.diagnostics, target: target, isTransient: false)
    }
    if let diagnostics = collector.diagnostics {
      throw PostgresError(code: .server, message: diagnostics.message, server: diagnostics, target: target)
    }
    if let message = collector.libraryMessage {
      throw PostgresError(code: .server, message: message, target: target)
    }
    if lacksCopy {
      throw PostgresError(
        code: .invalidParameters, message: "the statement is not COPY ... FROM STDIN; use execute", target: target)
    }
    return collector.last
  }

  /// The connection is worth nothing any more: frees it.
  func lost(_ reason: String?, _ diagnostics: ServerDiagnostics? = nil) -> PostgresError {
    let reason = diagnostics?.message ?? reason ?? handle?.errorMessage ?? ""
    handle = nil
    return PostgresError(
      code: .connectionLost,
      message: "the connection broke; whether the statement took effect is not known: connect again and look."
        + (reason.isEmpty ? "" : " Reason: \(reason.split(whereSeparator: \.isNewline).joined(separator: " "))"),
      server: diagnostics, sqlState: diagnostics?.sqlState, target: target, isTransient: true)
  }
}
