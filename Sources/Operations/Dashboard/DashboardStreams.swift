internal import NIOCore
internal import Support

/// The connections of those that follow: wakes all of them, and ends those that do not read.
final class DashboardStreams: Sendable {
  private struct State: Sendable {
    var registry: StreamRegistry
    var connections: [Int: Connection] = [:]
  }

  private struct Connection: Sendable {
    let channel: any Channel
    let wake: AsyncStream<Void>.Continuation
  }

  private let limits: DashboardLimits
  private let state: Guarded<State>
  private let origin = ContinuousClock.now

  init(limits: DashboardLimits) {
    self.limits = limits
    state = Guarded(State(registry: StreamRegistry(limit: limits.streams)))
  }

  /// How many follow.
  var count: Int { state.withLock { $0.registry.count } }

  /// Lets a connection follow: its wake-ups, several of which count as one, until it or all of them end; nil if there
  /// are too many.
  func open(_ channel: any Channel) -> (reader: Int, wakes: AsyncStream<Void>)? {
    let (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let reader = state.withLock { state in
      let reader = state.registry.open()
      if let reader { state.connections[reader] = Connection(channel: channel, wake: continuation) }
      return reader
    }
    guard let reader else { return nil }
    channel.closeFuture.whenComplete { _ in continuation.finish() }
    // The first document is news.
    continuation.yield()
    return (reader, wakes)
  }

  func close(_ reader: Int) {
    state.withLock {
      $0.registry.close(reader)
      $0.connections[reader] = nil
    }
  }

  /// Marks that a message is being handed to a reader, which takes as long as that leaves the last ones unread.
  func began(_ reader: Int) { state.withLock { $0.registry.began(reader, at: .now - origin) } }

  /// Marks that it was taken.
  func ended(_ reader: Int) { state.withLock { $0.registry.ended(reader) } }

  /// Wakes all.
  func wake() {
    for connection in state.withLock({ $0.connections }).values { connection.wake.yield() }
  }

  /// Lets all end, and nobody follow any more.
  func end() {
    let connections = state.withLock { state in
      state.registry.end()
      return state.connections
    }
    for connection in connections.values { connection.wake.finish() }
  }

  /// Wakes all once in each heartbeat and ends those that do not read, until the task is cancelled.
  func beat() async {
    while (try? await Task.sleep(for: limits.heartbeat)) != nil {
      let stalled = state.withLock { state in
        let readers = state.registry.stalled(at: .now - origin, after: limits.stall)
        return readers.compactMap { state.connections[$0] }
      }
      for connection in stalled { connection.channel.close(promise: nil) }
      wake()
    }
  }
}
