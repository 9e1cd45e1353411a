internal import CLibPQ
internal import Glibc
internal import Support

/// The addresses of a host name, looked up on a helper thread: `getaddrinfo` blocks and cannot be interrupted.
///
/// The one who waits may leave early; the lookup then ends unheard.
final class AddressResolution: Sendable {
  enum Outcome: Sendable {
    case found([String])
    /// `getaddrinfo`'s own words.
    case failed(String)
  }

  enum Ending: Sendable {
    case resolved(Outcome)
    case interrupted(Readiness.Outcome)
  }

  /// A resolver that does not answer holds a thread for up to half a minute.
  private static let threads = HelperThreads(limit: 8)

  private let outcome = Guarded<Outcome?>(nil)
  private let done: Int32

  private init() {
    done = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
  }

  deinit {
    if done >= 0 {
      close(done)
    }
  }

  /// Looks a name up; ends at the deadline or when the task is cancelled.
  static func resolve(_ host: String, until deadline: ContinuousClock.Instant) async -> Ending {
    let resolution = AddressResolution()
    guard resolution.done >= 0 else {
      return .interrupted(.failed(errno))
    }
    threads.run { resolution.finish(lookUp(host)) }
    let readiness = Readiness.shared
    let waited = await readiness.wait(
      resolution.done, for: .readable, owner: readiness.newOwner(), until: deadline, isCancellable: true)
    guard waited == .ready, let outcome = resolution.outcome.withLock({ $0 }) else {
      return .interrupted(waited)
    }
    return .resolved(outcome)
  }

  private func finish(_ outcome: Outcome) {
    self.outcome.withLock { $0 = outcome }
    var one: UInt64 = 1
    _ = write(done, &one, MemoryLayout<UInt64>.size)
  }

  private static func lookUp(_ host: String) -> Outcome {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      return .failed(String(cString: gai_strerror(status)))
    }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next {
      if let address = numeric(entry.pointee), !addresses.contains(address) {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    return .found(addresses)
  }

  private static func numeric(_ entry: addrinfo) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
      let status = getnameinfo(
        entry.ai_addr, entry.ai_addrlen, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      guard status == 0, let start = text.baseAddress else {
        return nil
      }
      return String(cString: start)
    }
  }
}
