internal import Glibc
internal import Support

/// One connection of a relay: two sockets, and a thread for each direction.
final class TCPRelayConnection: Sendable {
  let owner: Int32?
  private let client: Int32
  private let server: Int32
  private let state = Guarded(State())

  private struct State {
    var runningThreads = 2
    var serverSideUntil: ContinuousClock.Instant?
  }

  init(client: Int32, server: Int32, owner: Int32?) {
    self.client = client
    self.server = server
    self.owner = owner
  }

  func run(isFrozen: @escaping @Sendable () -> Bool, whenOver: @escaping @Sendable () -> Void) {
    for (source, sink) in [(client, server), (server, client)] {
      LoopbackSocket.thread { [self] in
        copy(from: source, to: sink, isFrozen)
        finish(whenOver)
      }
    }
  }

  /// Resets both sides; the descriptors are closed by the threads that use them.
  func cut(keepingServerSide time: Duration) {
    state.withLock { $0.serverSideUntil = time > .zero ? .now + time : nil }
    LoopbackSocket.lingerNot(client)
    LoopbackSocket.lingerNot(server)
    shutdown(client, Int32(SHUT_RDWR))
    if time == .zero { shutdown(server, Int32(SHUT_RDWR)) }
  }

  private func copy(from source: Int32, to sink: Int32, _ isFrozen: () -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      var waiting = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 20) != 0 else { continue }
      if isFrozen() {
        usleep(10_000)
        continue
      }
      let count = read(source, &buffer, buffer.count)
      guard count > 0, send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    while let end = state.withLock({ $0.serverSideUntil }), end > .now { usleep(10_000) }
    shutdown(client, Int32(SHUT_RDWR))
    shutdown(server, Int32(SHUT_RDWR))
  }

  private func finish(_ whenOver: () -> Void) {
    let isLast = state.withLock { state in
      state.runningThreads -= 1
      return state.runningThreads == 0
    }
    guard isLast else { return }
    whenOver()
    close(client)
    close(server)
  }
}
