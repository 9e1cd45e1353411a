internal import Support

/// Decides what a watcher of a collection does next: a value, without time, network or objects of its own.
///
/// It follows the reflector of client-go: list in pages, replace the store at once, watch from the version of the list,
/// go on from the last version seen, and list again only when that version has expired. Lists ask for the latest state
/// (kube-rs' choice): version "0" would be answered from a cache that may be behind, and never in pages.
struct WatcherState: Sendable {
  /// What happened.
  enum Event: Sendable, Equatable {
    case started
    /// A page of the list arrived.
    case page(resourceVersion: String, continueToken: String?)
    /// The server has accepted the watch.
    case opened
    /// An object changed; nil if its version is unknown.
    case changed(resourceVersion: String?)
    case bookmark(resourceVersion: String)
    /// The server ended the watch in order.
    case ended
    /// The list or the watch failed.
    case failed(Failure)
  }

  /// How a list or a watch failed.
  enum Failure: Sendable, Equatable {
    /// The version, or the token for the next page, is too old or ahead of the server.
    case expired
    /// Refused connection, torn stream, 429, 5xx: nothing is known to be wrong with the version.
    case unavailable(retryAfter: Duration?)
    /// Anything else, such as 403, or 404 while a custom resource's definition is missing.
    case rejected
  }

  /// What to do.
  enum Action: Sendable, Equatable {
    /// Wait, then ask for a page; nil starts over and drops the pages collected so far.
    case list(continuing: String?, after: Duration)
    /// Wait, then ask for everything in one answer: the tokens of pages expire faster than the pages are read.
    case listWhole(after: Duration)
    /// Replace the store by the collected pages, then watch.
    case replaceAndWatch(resourceVersion: String)
    /// Wait, then watch.
    case watch(resourceVersion: String, after: Duration)
    /// Wait for the next event of the open watch.
    case read
  }

  private enum Phase {
    case listing(token: String?)
    case watching(Watch)
  }

  private struct Watch {
    var resourceVersion: String
    var openedAt: Duration?
    var hasEvents = false
  }

  static let backoff = Backoff(initial: .milliseconds(800), maximum: .seconds(30))
  static let quietPeriod: Duration = .seconds(120)
  static let veryShort: Duration = .seconds(1)

  private var phase = Phase.listing(token: nil)
  private var failures = 0
  private var lastFailureAt: Duration?
  private var expirations = 0

  /// Takes an event in.
  ///
  /// - Parameters:
  ///   - now: the moment, since an arbitrary origin.
  ///   - random: a fresh random number from 0 up to 1, for jitter.
  mutating func handle(_ event: Event, at now: Duration, random: Double) -> Action {
    switch event {
    case .started:
      phase = .listing(token: nil)
      return .list(continuing: nil, after: .zero)
    case .page(_, let token?):
      phase = .listing(token: token)
      return .list(continuing: token, after: .zero)
    case .page(let version, nil):
      phase = .watching(Watch(resourceVersion: version))
      return .replaceAndWatch(resourceVersion: version)
    case .opened:
      updateWatch { $0.openedAt = now }
      return .read
    case .changed(let version):
      return progressed(to: version)
    case .bookmark(let version):
      return progressed(to: version)
    case .ended:
      return ended(at: now, random: random)
    case .failed(let failure):
      return failed(failure, at: now, random: random)
    }
  }

  private mutating func updateWatch(_ change: (inout Watch) -> Void) {
    guard case .watching(var watch) = phase else { return }
    change(&watch)
    phase = .watching(watch)
  }

  private mutating func progressed(to version: String?) -> Action {
    updateWatch { watch in
      watch.hasEvents = true
      if let version, !version.isEmpty { watch.resourceVersion = version }
    }
    failures = 0
    expirations = 0
    return .read
  }

  private mutating func ended(at now: Duration, random: Double) -> Action {
    guard case .watching(let watch) = phase else { return .list(continuing: nil, after: .zero) }
    let isVeryShort = !watch.hasEvents && now - (watch.openedAt ?? now) < Self.veryShort
    let delay = isVeryShort ? delay(at: now, random: random) : .zero
    return resume(watch, after: delay)
  }

  private mutating func failed(_ failure: Failure, at now: Duration, random: Double) -> Action {
    switch (failure, phase) {
    case (.expired, let phase):
      return expired(in: phase, at: now, random: random)
    case (.unavailable(let retryAfter), .listing(let token)):
      return .list(continuing: token, after: max(delay(at: now, random: random), retryAfter ?? .zero))
    case (.unavailable(let retryAfter), .watching(let watch)):
      return resume(watch, after: max(delay(at: now, random: random), retryAfter ?? .zero))
    case (.rejected, _):
      phase = .listing(token: nil)
      return .list(continuing: nil, after: delay(at: now, random: random))
    }
  }

  /// Lists again: at once, unless that did not help; the second time without pages if it was a page that expired.
  private mutating func expired(in last: Phase, at now: Duration, random: Double) -> Action {
    expirations += 1
    phase = .listing(token: nil)
    guard expirations > 1 else { return .list(continuing: nil, after: .zero) }
    let delay = delay(at: now, random: random)
    if case .listing(_?) = last { return .listWhole(after: delay) }
    return .list(continuing: nil, after: delay)
  }

  private mutating func resume(_ watch: Watch, after delay: Duration) -> Action {
    phase = .watching(Watch(resourceVersion: watch.resourceVersion))
    return .watch(resourceVersion: watch.resourceVersion, after: delay)
  }

  /// 0.8 s doubling up to 30 s, plus up to as much again at random; from the start after two minutes without a failure.
  private mutating func delay(at now: Duration, random: Double) -> Duration {
    if let last = lastFailureAt, now - last > Self.quietPeriod { failures = 0 }
    failures += 1
    lastFailureAt = now
    return Self.backoff.delay(afterFailures: failures) * (1 + random)
  }
}

extension WatcherState.Failure {
  /// Sorts an error of the client.
  init(_ error: KubernetesError) {
    switch error.code {
    case .gone: self = .expired
    case .transport, .server, .tooManyRequests: self = .unavailable(retryAfter: error.retryAfter)
    default: self = .rejected
    }
  }
}
