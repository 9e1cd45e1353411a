/// Who waits for which descriptor, and until when; and what is to be run in between.
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
  /// While the thread sleeps, or is about to: until when, without an end if that is nil.
  private var isAsleep = false
  private var sleepsUntil: Readiness.Instant?
  private var jobs: [UnownedJob] = []

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
    guard isAsleep, let deadline = registration.deadline else {
      return false
    }
    return sleepsUntil.map { deadline < $0 } ?? true
  }

  /// Adds a job; true when the thread must be woken for it, which is so once for each sleep.
  mutating func enqueue(_ job: UnownedJob) -> Bool {
    jobs.append(job)
    defer { isAsleep = false }
    return isAsleep
  }

  /// The thread is awake: what comes now it sees before it sleeps again.
  mutating func wake() {
    isAsleep = false
  }

  /// The jobs that wait, for the thread, which is awake.
  mutating func takeJobs() -> [UnownedJob] {
    defer { jobs.removeAll() }
    return jobs
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

  /// For how many milliseconds the thread may sleep; -1 without any deadline, 0 while jobs wait.
  mutating func sleep(from now: Readiness.Instant) -> Int32 {
    guard jobs.isEmpty else { return 0 }
    isAsleep = true
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
