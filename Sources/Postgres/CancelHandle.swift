internal import CLibPQ

/// libpq's key for cancelling on one session; freed with this value.
struct CancelHandle: ~Copyable, Sendable {
  // PQcancel only reads what this points at, so several threads may use it at once.
  private nonisolated(unsafe) let raw: OpaquePointer

  init(_ raw: OpaquePointer) {
    self.raw = raw
  }

  deinit {
    PQfreeCancel(raw)
  }

  /// Sends a cancel request and waits until the server has taken it; blocks, so never on the cooperative pool.
  func send() -> Bool {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      PQcancel(raw, text.baseAddress, Int32(text.count)) == 1
    }
  }
}
