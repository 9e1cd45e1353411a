internal import Support

/// One request under way, shared by the loop's thread, which feeds it, and the task that reads it.
///
/// The two continuations live here and nowhere else; each is taken out of the state before it is resumed, so that it
/// resumes exactly once.
final class Transfer: Sendable {
  fileprivate struct Shared {
    var state: TransferState
    var headWaiter: CheckedContinuation<Result<ResponseHead, HTTPError>, Never>?
    var bodyWaiter: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>?
  }

  let request: HTTPRequest
  let url: RequestURL
  private let loop: HTTPLoop
  private let shared: Guarded<Shared>

  init(request: HTTPRequest, url: RequestURL, loop: HTTPLoop) {
    self.request = request
    self.url = url
    self.loop = loop
    shared = Guarded(Shared(state: TransferState(limit: request.bodyBufferLimit)))
  }

  var isOver: Bool { shared.withLock { $0.state.outcome != nil } }
  var mostBuffered: Int { shared.withLock { $0.state.mostBuffered } }

  func error(_ code: HTTPError.Code, _ what: String) -> HTTPError {
    HTTPError(code: code, message: "\(request.safeText): \(what)", url: RequestURL.safeText(of: request.url))
  }
}

// MARK: - The reader's side

extension Transfer {
  /// Starts the transfer and waits for the head; cancelling the task ends the transfer.
  func start() async throws(HTTPError) -> ResponseHead {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = shared.withLock { shared -> Result<ResponseHead, HTTPError>? in
          if case .failed(let error) = shared.state.outcome { return .failure(error) }
          shared.headWaiter = continuation
          return nil
        }
        if let ready {
          continuation.resume(returning: ready)
        } else {
          loop.post(.start(self))
        }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  /// All bytes that have arrived since the last call, nil at the end; cancelling the task ends the transfer.
  func nextChunk() async throws(HTTPError) -> [UInt8]? {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = shared.withLock { $0.ready(or: continuation, busy: secondReader) }
        deliver(ready, to: continuation)
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  /// Ends the transfer and throws away what is buffered.
  func cancel() {
    guard !isOver || shared.withLock({ $0.state.hasUnread }) else { return }
    let error = error(.cancelled, "the request was cancelled before its body was read to the end")
    if finish(.failed(error), discardsBuffer: true) { loop.post(.stop(self)) }
  }

  /// Ends the transfer because the reader wants no more than `limit` bytes.
  func refuse(beyond limit: Int) -> HTTPError {
    let error = error(.bodyTooLarge, "the body is longer than \(limit) bytes; ask for less or raise the limit")
    if finish(.failed(error), discardsBuffer: true) { loop.post(.stop(self)) }
    return error
  }

  private var secondReader: HTTPError {
    error(.invalidRequest, "the body already has a reader that waits; read it from one task")
  }

  private func deliver(
    _ reading: TransferState.Reading, to continuation: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>
  ) {
    switch reading {
    case .chunk(let bytes, let resumesTransfer):
      if resumesTransfer { loop.post(.resume(self)) }
      continuation.resume(returning: .success(bytes))
    case .end: continuation.resume(returning: .success(nil))
    case .failed(let error): continuation.resume(returning: .failure(error))
    case .wait: break
    }
  }
}

extension Transfer.Shared {
  /// A reader that waits, and what it gets now.
  fileprivate struct Delivery: Sendable {
    let waiter: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>
    let reading: TransferState.Reading
  }

  fileprivate mutating func takeDelivery() -> Delivery? {
    guard let waiter = bodyWaiter else { return nil }
    let reading = state.read()
    // libcurl also delivers zero bytes.
    if case .wait = reading { return nil }
    bodyWaiter = nil
    return Delivery(waiter: waiter, reading: reading)
  }

  /// What there is to read now, or `.wait` with the continuation kept.
  fileprivate mutating func ready(
    or continuation: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>, busy: HTTPError
  ) -> TransferState.Reading {
    guard bodyWaiter == nil else { return .failed(busy) }
    let reading = state.read()
    if case .wait = reading { bodyWaiter = continuation }
    return reading
  }
}

// MARK: - The loop's side

extension Transfer {
  func receive(head: ResponseHead) {
    let waiter = shared.withLock { shared in
      shared.state.receive(head: head)
      return shared.headWaiter.take()
    }
    waiter?.resume(returning: .success(head))
  }

  func receive(bytes: some Collection<UInt8>) -> TransferState.Acceptance {
    // Bytes go through the buffer even when a reader waits, so that the limit sees all of them.
    let (acceptance, delivery) = shared.withLock { shared in
      let acceptance = shared.state.receive(bytes: bytes)
      return (acceptance, acceptance == .accepted ? shared.takeDelivery() : nil)
    }
    if let delivery { deliver(delivery.reading, to: delivery.waiter) }
    return acceptance
  }

  /// Ends the transfer with its outcome; only the first call counts, and returns true.
  @discardableResult
  func finish(_ outcome: TransferState.Outcome, discardsBuffer: Bool = false) -> Bool {
    let (endsNow, headWaiter, delivery) = shared.withLock { shared in
      let endsNow = shared.state.finish(outcome, discardsBuffer: discardsBuffer)
      return (endsNow, shared.headWaiter.take(), shared.takeDelivery())
    }
    headWaiter?.resume(returning: .failure(headFailure(outcome)))
    if let delivery { deliver(delivery.reading, to: delivery.waiter) }
    return endsNow
  }

  private func headFailure(_ outcome: TransferState.Outcome) -> HTTPError {
    if case .failed(let failure) = outcome { return failure }
    return error(.interrupted, "the server ended the response before its headers; try again later")
  }
}
