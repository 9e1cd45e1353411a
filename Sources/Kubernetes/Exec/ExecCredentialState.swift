internal import Support

/// Decides when a plugin runs, and what requests carry meanwhile: a value, without processes; time comes in with every
/// call.
///
/// A credential is renewed a minute before it expires, while requests go on with it; after a refusal (401) at once. A
/// plugin that fails, or that makes again what the server has refused, runs again only after a growing pause.
struct ExecCredentialState: Sendable {
  /// How long before its expiration a credential is renewed.
  static let leeway: Duration = .seconds(60)
  /// The least time between two runs because of the leeway: plugins that keep what they made hand it out to its end.
  static let renewalPause: Duration = .seconds(10)
  static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(30))

  /// What a request has to do.
  enum Look: Sendable, Equatable {
    /// Go on with this; if `startsRun`, a run is to be started meanwhile.
    case use(ExecCredential, generation: Int, startsRun: Bool)
    /// Wait for the end of a run, which is to be started if `startsRun`, and look again.
    case wait(startsRun: Bool)
    /// Fail: the plugin has, just now.
    case fail(KubernetesError)
  }

  private var credential: ExecCredential?
  /// Counts credentials, so that a refusal can say which one it is about.
  private var generation = 0
  private var isRunning = false
  private var isRefused = false
  private var failures = 0
  private var lastError: KubernetesError?
  private var endedAt: Duration?

  /// Looks for something to send.
  ///
  /// - Parameters:
  ///   - now: the moment, since an arbitrary origin.
  ///   - wallTime: the moment by the clock that expirations are about.
  mutating func look(at now: Duration, wallTime: Timestamp) -> Look {
    let left = credential?.expiration?.since(wallTime)
    if let credential, !isRefused, left.map({ $0 > .zero }) ?? true {
      let isDue = left.map { $0 <= Self.leeway } ?? false
      return .use(credential, generation: generation, startsRun: isDue && begin(at: now, pause: Self.renewalPause))
    }
    if isRunning { return .wait(startsRun: false) }
    if begin(at: now, pause: .zero) { return .wait(startsRun: true) }
    return .fail(
      lastError
        ?? KubernetesError(
          code: .credentials, message: "the plugin made again what the server has refused", isTransient: true))
  }

  /// The run has ended.
  mutating func ended(_ result: Result<ExecCredential, KubernetesError>, at now: Duration, wallTime: Timestamp) {
    isRunning = false
    endedAt = now
    switch result {
    case .success(let fresh):
      let isOver = fresh.expiration.map { $0.since(wallTime) <= .zero } ?? false
      let isOld = isRefused && credential.map { fresh.isSame(as: $0) } ?? false
      if isOver {
        fail(KubernetesError(code: .credentials, message: "its credential has expired already", isTransient: true))
      } else if isOld {
        fail(nil)
      } else {
        failures = 0
        lastError = nil
        isRefused = false
        credential = fresh
        generation += 1
      }
    case .failure(let error):
      fail(error)
    }
  }

  /// The server has refused a credential; without effect if there is another one by now.
  mutating func refused(generation refused: Int) {
    guard refused == generation else { return }
    isRefused = true
  }

  private mutating func fail(_ error: KubernetesError?) {
    failures += 1
    lastError = error
  }

  private mutating func begin(at now: Duration, pause: Duration) -> Bool {
    guard !isRunning else { return false }
    let least = failures > 0 ? max(pause, Self.backoff.delay(afterFailures: failures)) : pause
    if let endedAt, now - endedAt < least { return false }
    isRunning = true
    return true
  }
}
