/// What a transfer has delivered so far: event in, action out, no waiting.
struct TransferState {
  enum Outcome: Equatable {
    case complete
    case failed(HTTPError)
  }

  /// What the write callback does with bytes.
  enum Acceptance: Equatable {
    case accepted
    /// The reader is behind: the bytes were not taken, and the transfer pauses.
    case full
    /// The transfer is over: stop it.
    case stopped
  }

  /// What a reader gets.
  enum Reading: Equatable {
    case chunk([UInt8], resumesTransfer: Bool)
    case end
    case failed(HTTPError)
    case wait
  }

  private(set) var head: ResponseHead?
  private(set) var outcome: Outcome?
  private(set) var mostBuffered = 0
  private var buffer: [UInt8] = []
  private var isPaused = false
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  var hasUnread: Bool { !buffer.isEmpty }

  mutating func receive(head: ResponseHead) {
    guard outcome == nil else { return }
    self.head = head
  }

  mutating func receive(bytes: some Collection<UInt8>) -> Acceptance {
    guard outcome == nil else { return .stopped }
    guard buffer.count < limit else {
      isPaused = true
      return .full
    }
    buffer.append(contentsOf: bytes)
    mostBuffered = max(mostBuffered, buffer.count)
    return .accepted
  }

  /// Hands out all that is buffered; a failure comes after the bytes before it.
  mutating func read() -> Reading {
    if !buffer.isEmpty {
      let chunk = buffer
      buffer = []
      let resumes = isPaused
      isPaused = false
      return .chunk(chunk, resumesTransfer: resumes)
    }
    switch outcome {
    case .complete: return .end
    case .failed(let error): return .failed(error)
    case nil: return .wait
    }
  }

  /// Ends the transfer; the first outcome stays, except that giving up bytes not yet read is never a complete body.
  ///
  /// Returns whether this call ended it.
  mutating func finish(_ new: Outcome, discardsBuffer: Bool) -> Bool {
    let endsNow = outcome == nil
    if endsNow || (discardsBuffer && !buffer.isEmpty) { outcome = new }
    if discardsBuffer { buffer = [] }
    return endsNow
  }
}
