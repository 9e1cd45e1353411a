internal import Glibc
internal import Support

/// A TCP relay to a server on 127.0.0.1 that can do what networks do: hang, refuse, and cut connections.
///
/// It knows which process is at the client's end of each connection, so that one replica of two can be cut off.
package final class TCPRelay: Sendable {
  /// What happens to the connections of a process, or of all.
  package enum Passage: Sendable, Equatable {
    /// Everything passes.
    case open
    /// Sockets stay open, and nothing passes.
    case frozen
    /// New connections are reset at once; those that exist are not touched.
    case refused
  }

  package let port: Int
  private let listener: Int32
  private let target: Int
  private let state = Guarded(State())

  private struct State {
    var passage: Passage = .open
    var passages: [Int32: Passage] = [:]
    var connections: [ObjectIdentifier: TCPRelayConnection] = [:]
    var isOver = false
  }

  /// Listens on a free port until `end()`.
  package init(to target: Int) {
    self.target = target
    (listener, port) = LoopbackSocket.listening()
    LoopbackSocket.thread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        pass(client)
      }
    }
  }

  /// How many connections pass through it now.
  package var connectionCount: Int { state.withLock { $0.connections.count } }

  /// The processes whose connections pass through it now.
  package var owners: Set<Int32> { state.withLock { Set($0.connections.values.compactMap(\.owner)) } }

  /// Passes nothing on from now, whoever asks.
  package func freeze() { state.withLock { $0.passage = .frozen } }

  /// Sets what happens to the connections of one process, those that exist and new ones.
  package func set(_ passage: Passage, for process: Int32) { state.withLock { $0.passages[process] = passage } }

  /// Resets connections on both sides, as a proxy does that dies.
  ///
  /// - Parameters:
  ///   - process: whose connections; all if nil.
  ///   - keepingServerSide: how long the server goes on to believe that its client is there.
  /// - Returns: how many there were.
  @discardableResult
  package func cut(_ process: Int32? = nil, keepingServerSide: Duration = .zero) -> Int {
    let connections = state.withLock { Array($0.connections.values) }
      .filter { process == nil || $0.owner == process }
    for connection in connections { connection.cut(keepingServerSide: keepingServerSide) }
    return connections.count
  }

  /// Ends the thread that accepts, and all sessions.
  package func end() {
    let connections = state.withLock { state in
      state.isOver = true
      return Array(state.connections.values)
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in connections { connection.cut(keepingServerSide: .zero) }
  }

  private func pass(_ client: Int32) {
    let owner = SocketOwner.process(atClientEndOf: client)
    if passage(for: owner) == .refused {
      LoopbackSocket.reset(client)
      return
    }
    let server = LoopbackSocket.connected(to: target)
    guard server >= 0 else {
      LoopbackSocket.reset(client)
      return
    }
    let connection = TCPRelayConnection(client: client, server: server, owner: owner)
    let isOver = state.withLock { state in
      state.connections[ObjectIdentifier(connection)] = connection
      return state.isOver
    }
    if isOver { connection.cut(keepingServerSide: .zero) }
    connection.run(
      isFrozen: { self.passage(for: owner) == .frozen },
      whenOver: { self.state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) } })
  }

  private func passage(for owner: Int32?) -> Passage {
    state.withLock { state in
      guard !state.isOver else { return .open }
      return owner.flatMap { state.passages[$0] } ?? state.passage
    }
  }
}
