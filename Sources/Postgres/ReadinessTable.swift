/// Who waits for which descriptor, and until when.
struct ReadinessTable {
  struct Registration {
    let owner: Readiness.Owner
    /// Nil for a mere pause.
    let descriptor: Int32?
    var deadline: Readiness.Instant?
    let continuation: CheckedContinuation<Readiness.Outcome, Never>
  }

  private var lastToken: UInt64 = 0
  private var registrations: [UInt64: Registration] = [:]
  private var limits: [Readiness.Owner: Readiness.Instant] = [:]
  private var sleepsUntil: Readiness.Instant?

  /// A number that was never given before; 0 stays free for the wake-up descriptor.
  mutating func newToken() -> UInt64 {
    lastToken += 1
    return lastToken
  }

  /// Adds a registration; true when its deadline comes before the thread would wake.
  mutating func insert(_ token: UInt64, _ registration: Registration) -> Bool {
    var registration = registration
    registration.deadline = Self.earlier(registration.deadline, limits[registration.owner])
    registrations[token] = registration
    guard let deadline = registration.deadline else {
      return false
    }
    return sleepsUntil.map { deadline < $0 } ?? true
  }

  mutating func remove(_ token: UInt64) -> Registration? {
    registrations.removeValue(forKey: token)
  }

  mutating func limit(_ owner: Readiness.Owner, until deadline: Readiness.Instant) {
    limits[owner] = deadline
    for (token, registration) in registrations where registration.owner == owner {
      registrations[token]?.deadline = Self.earlier(registration.deadline, deadline)
    }
  }

  mutating func liftLimit(_ owner: Readiness.Owner) {
    limits[owner] = nil
  }

  /// For how many milliseconds the thread may sleep; -1 without any deadline.
  mutating func sleep(from now: Readiness.Instant) -> Int32 {
    sleepsUntil = registrations.values.compactMap(\.deadline).min()
    guard let sleepsUntil else {
      return -1
    }
    let left = sleepsUntil - now
    let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    return Int32(min(max(milliseconds + 1, 0), 60_000))
  }

  func expired(at now: Readiness.Instant) -> [UInt64] {
    registrations.compactMap { token, registration in
      registration.deadline.map { $0 <= now } == true ? token : nil
    }
  }

  private static func earlier(_ first: Readiness.Instant?, _ second: Readiness.Instant?) -> Readiness.Instant? {
    guard let first, let second else {
      return first ?? second
    }
    return min(first, second)
  }
}
