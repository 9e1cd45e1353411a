internal import CLibPQ

/// One libpq connection; closed and freed with this value.
struct ConnectionHandle: ~Copyable, Sendable {
  enum Poll: Sendable {
    case reading
    case writing
    case done
    case failed
  }

  // A PGconn may move between threads but be used by one at a time: its owner holds this value, which cannot be copied.
  private nonisolated(unsafe) let raw: OpaquePointer
  // The notice receiver points at the sink, so it must live as long as the connection.
  private let sink: NoticeSink

  /// Starts to connect; nil when memory is out.
  ///
  /// Does not resolve names if `hostaddr` is among the options.
  static func start(_ options: [(keyword: String, value: String)], sink: NoticeSink) -> ConnectionHandle? {
    let keywords = CStringArray(options.map(\.keyword))
    let values = CStringArray(options.map(\.value))
    let started = keywords.withPointers { keywords in
      values.withPointers { values in PQconnectStartParams(keywords, values, 0) }
    }
    guard let raw = started else {
      return nil
    }
    return ConnectionHandle(raw: raw, sink: sink)
  }

  private init(raw: OpaquePointer, sink: NoticeSink) {
    self.raw = raw
    self.sink = sink
    // A refused connection yields no result object, only a text; the verbose form has the SQLSTATE in it.
    PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
    PQsetNoticeReceiver(
      raw,
      { context, result in
        guard let context, let result, let notice = ResultHandle.diagnostics(of: result) else {
          return
        }
        Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().add(notice)
      }, Unmanaged.passUnretained(sink).toOpaque())
  }

  deinit {
    PQfinish(raw)
  }

  var socket: Int32 { PQsocket(raw) }
  var isBroken: Bool { PQstatus(raw) == CONNECTION_BAD }
  var serverVersion: Int { Int(PQserverVersion(raw)) }
  var backendProcessIdentifier: Int32 { PQbackendPID(raw) }
  var errorMessage: String { String(cString: PQerrorMessage(raw)).trimmingEnd() }

  var transactionStatus: TransactionStatus {
    switch PQtransactionStatus(raw) {
    case PQTRANS_IDLE: .idle
    case PQTRANS_ACTIVE: .active
    case PQTRANS_INTRANS: .inTransaction
    case PQTRANS_INERROR: .inError
    default: .unknown
    }
  }

  func poll() -> Poll {
    switch PQconnectPoll(raw) {
    case PGRES_POLLING_READING: .reading
    case PGRES_POLLING_WRITING: .writing
    case PGRES_POLLING_OK: .done
    default: .failed
    }
  }

  /// The connection stands: no call blocks from here on.
  func becomeNonblocking() -> Bool {
    PQsetnonblocking(raw, 1) == 0
  }

  func cancelHandle() -> CancelHandle? {
    PQgetCancel(raw).map { CancelHandle($0) }
  }

  /// Sends one simple-protocol message and asks for the rows one by one.
  func send(_ sql: String) -> Bool {
    PQsendQuery(raw, sql) == 1 && PQsetSingleRowMode(raw) == 1
  }

  /// Sends one statement with parameters in text form (extended protocol) and asks for the rows one by one.
  func send(_ sql: String, parameters: [String?]) -> Bool {
    let isSent = CStringArray(parameters).withPointers { values in
      PQsendQueryParams(raw, sql, Int32(parameters.count), nil, values, nil, nil, 0) == 1
    }
    return isSent && PQsetSingleRowMode(raw) == 1
  }

  /// Whether everything has been handed to the system; nil when the connection broke.
  func flush() -> Bool? {
    switch PQflush(raw) {
    case 0: true
    case 1: false
    default: nil
    }
  }

  /// Takes what has arrived; false when the connection broke.
  func consumeInput() -> Bool { PQconsumeInput(raw) == 1 }

  /// Whether the next result is not there yet.
  var isBusy: Bool { PQisBusy(raw) == 1 }

  func nextResult() -> ResultHandle? {
    PQgetResult(raw).map { ResultHandle($0) }
  }

  /// Queues data of COPY FROM STDIN: true if queued, false if the socket must be written first, nil on an error.
  func putCopy(_ data: UnsafeRawBufferPointer) -> Bool? {
    let status = PQputCopyData(raw, data.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(data.count))
    return status < 0 ? nil : status == 1
  }

  /// Ends the data of COPY FROM STDIN, with a reason to make it fail; results as for `putCopy`.
  func endCopy(failing reason: String?) -> Bool? {
    let status = PQputCopyEnd(raw, reason)
    return status < 0 ? nil : status == 1
  }

  /// Throws away data of COPY TO STDOUT that has arrived: true when it has ended, false when more will come.
  func skipCopyOutput() -> Bool {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(raw, &buffer, 1)
      if let buffer {
        PQfreemem(buffer)
      }
      if length <= 0 {
        return length < 0
      }
    }
  }
}
