/// The transfers that libcurl works on; lives on the loop's thread, and keeps alive what callbacks point to.
struct ActiveTransfers {
  private var byTransfer: [ObjectIdentifier: ActiveTransfer] = [:]

  var isEmpty: Bool { byTransfer.isEmpty }

  mutating func handle(_ command: HTTPLoop.Command, _ multi: borrowing MultiHandle) {
    switch command {
    case .start(let transfer): start(transfer, multi)
    case .stop(let transfer): remove(transfer, multi)
    case .resume(let transfer): byTransfer[ObjectIdentifier(transfer)]?.resume(now: .now)
    }
  }

  /// Delivers the results of transfers that are over.
  mutating func finishDone(_ multi: borrowing MultiHandle) {
    while let (active, failure) = multi.nextDone() {
      let outcome = active.outcome(of: failure)
      remove(active.transfer, multi)
      active.transfer.finish(outcome)
    }
  }

  /// Ends transfers whose peer has been silent for too long.
  mutating func endSilent(_ multi: borrowing MultiHandle, now: ContinuousClock.Instant) {
    for active in byTransfer.values {
      guard let remaining = active.remaining(now: now), remaining <= .zero else { continue }
      let silence = active.silence
      remove(active.transfer, multi)
      active.transfer.finish(.failed(silence))
    }
  }

  /// How long the thread may wait for sockets before a timer of ours is due.
  func longestWait(now: ContinuousClock.Instant) -> Duration {
    let earliest = byTransfer.values.lazy.compactMap { $0.remaining(now: now) }.min()
    return max(.zero, min(earliest ?? .seconds(60), .seconds(60)))
  }

  mutating func removeAll(from multi: borrowing MultiHandle) -> [Transfer] {
    let transfers = byTransfer.values.map(\.transfer)
    for transfer in transfers { remove(transfer, multi) }
    return transfers
  }

  private mutating func start(_ transfer: Transfer, _ multi: borrowing MultiHandle) {
    // Cancelled before the thread saw it.
    guard !transfer.isOver else { return }
    let active = ActiveTransfer(transfer, now: .now)
    do throws(CurlFailure) {
      try active.begin(in: multi)
      byTransfer[ObjectIdentifier(transfer)] = active
    } catch {
      let code = error.code(detail: "")
      transfer.finish(
        .failed(
          transfer.error(code, "\(error.text) (libcurl \(error.status)); \(HTTPError.Code.invalidRequest.nextStep)")))
    }
  }

  private mutating func remove(_ transfer: Transfer, _ multi: borrowing MultiHandle) {
    byTransfer.removeValue(forKey: ObjectIdentifier(transfer))?.end(in: multi)
  }
}
