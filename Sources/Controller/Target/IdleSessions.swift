internal import MigrationEngine
internal import Postgres
internal import Support

/// Sessions that looks have left, for the next look at the same database as the same role within seconds.
///
/// A connection with TLS and a password's hash costs several times what a look asks over it. Only looks use them: a run
/// opens its own. `DROP DATABASE` waits 5 seconds for sessions to end (procarray.c, CountOtherDBBackends): none stays as
/// long without use. A changed password, certificate or address is another key, and finds none.
final class IdleSessions: Sendable {
  private struct Entry {
    let session: MigrationSession
    let parameters: ConnectionParameters
    let opened: ContinuousClock.Instant
    let left: ContinuousClock.Instant
  }

  private struct State {
    var entries: [Entry] = []
    var isClosed = false
  }

  private let state = Guarded(State())
  private let arrivals = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  /// How long a session waits for the next look.
  static let patience = Duration.seconds(3)
  /// How old a session may be: what changed for its role meanwhile is not known to it.
  static let longestLife = Duration.seconds(30)
  /// How many wait at most.
  static let capacity = 32

  /// A session that an earlier look has left, made new for this one; nil where there is none that works.
  func take(
    _ parameters: ConnectionParameters, at now: ContinuousClock.Instant = .now
  ) async -> (session: MigrationSession, opened: ContinuousClock.Instant)? {
    let found = state.withLock { state -> Entry? in
      let index = state.entries.lastIndex { entry in
        Self.isUsable(entry, at: now) && Self.isSame(entry.parameters, parameters)
      }
      return index.map { state.entries.remove(at: $0) }
    }
    guard let found else { return nil }
    guard let renewed = await found.session.renewed(for: parameters) else {
      await found.session.close()
      return nil
    }
    return (renewed, found.opened)
  }

  /// Takes over a session of a look that has ended; closes it where it is of no use any more.
  func keep(
    _ session: MigrationSession, _ parameters: ConnectionParameters, opened: ContinuousClock.Instant,
    at now: ContinuousClock.Instant = .now
  ) async {
    let entry = Entry(session: session, parameters: parameters, opened: opened, left: now)
    let isIdle = await session.isIdle
    let isKept = state.withLock { state in
      guard isIdle, !state.isClosed, state.entries.count < Self.capacity, Self.isUsable(entry, at: now) else {
        return false
      }
      state.entries.append(entry)
      return true
    }
    if isKept { arrivals.continuation.yield() } else { await session.close() }
  }

  /// Closes what nobody has asked for in time; closes all when its task is cancelled, and from then on keeps none.
  func run() async {
    for await _ in arrivals.stream {
      while !Task.isCancelled, state.withLock({ !$0.entries.isEmpty }) {
        try? await Task.sleep(for: Self.patience / 4)
        await closeExpired(at: .now)
      }
    }
    for entry in state.withLock({ state in
      state.isClosed = true
      defer { state.entries = [] }
      return state.entries
    }) {
      await entry.session.close()
    }
  }

  /// Closes what has waited long enough.
  func closeExpired(at now: ContinuousClock.Instant) async {
    let expired = state.withLock { state in
      let expired = state.entries.filter { !Self.isUsable($0, at: now) }
      state.entries.removeAll { !Self.isUsable($0, at: now) }
      return expired
    }
    for entry in expired { await entry.session.close() }
  }

  private static func isUsable(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
    now - entry.left < patience && now - entry.opened < longestLife
  }

  private static func isSame(_ kept: ConnectionParameters, _ wanted: ConnectionParameters) -> Bool {
    var kept = kept
    kept.applicationName = wanted.applicationName
    return kept == wanted
  }
}
