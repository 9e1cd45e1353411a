import Kubernetes
import Support

/// Time that moves only when a test says so.
final class ManualTime: Sendable {
  private struct Sleeper: Sendable {
    let deadline: Duration
    let continuation: AsyncStream<Never>.Continuation
  }

  private struct State: Sendable {
    var now: Duration = .zero
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private let state = Guarded(State())

  var source: TimeSource {
    TimeSource(now: { self.now }, sleep: { try await self.sleep(for: $0) })
  }

  var now: Duration { state.withLock { $0.now } }
  var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for ticket in due.keys { state.sleepers[ticket] = nil }
      return due
    }
    for sleeper in due.values { sleeper.continuation.finish() }
  }

  /// Advances in steps, each after the code under test has come to rest in a sleep, until a condition holds.
  func advance(in step: Duration, until condition: @Sendable () -> Bool) async throws {
    for _ in 0..<10_000 {
      if condition() { return }
      if sleeperCount > 0 { advance(by: step) }
      try await Task.sleep(for: .milliseconds(1))
    }
    throw Stuck()
  }

  struct Stuck: Error {}

  private func sleep(for duration: Duration) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    let ticket = state.withLock { state in
      state.next += 1
      state.sleepers[state.next] = Sleeper(deadline: state.now + duration, continuation: continuation)
      return state.next
    }
    for await _ in stream {}
    _ = state.withLock { $0.sleepers.removeValue(forKey: ticket) }
    try Task.checkCancellation()
  }
}

/// Time in which every sleep is over at once, and is remembered.
final class InstantTime: Sendable {
  private let state = Guarded<[Duration]>([])

  var sleeps: [Duration] { state.withLock { $0 } }

  var source: TimeSource {
    TimeSource(
      now: { self.sleeps.reduce(.zero, +) },
      sleep: { duration in
        try Task.checkCancellation()
        self.state.withLock { $0.append(duration) }
      })
  }
}

/// Waits in real time, up to 10 s, until a condition holds.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
  for _ in 0..<2000 {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return false
}
