import Glibc
import Support
import TestSupport

/// A TCP relay to a server that reads PostgreSQL's protocol (unencrypted), and stops for ever at one query.
///
/// Queries are counted from the first one that contains a text. At the wanted one either that query is not passed on, or
/// its answers are not: the client waits at exactly that place, to be killed there.
final class MessageRelay: Sendable {
  /// Where it stops.
  enum Stop: String, Sendable, CaseIterable {
    /// Before the server gets the query.
    case before
    /// After that, before the client gets the answer.
    case after
  }

  let port: Int
  private let listener: Int32
  private let target: Int
  private let marker: String
  private let number: Int
  private let stop: Stop
  private let state = Guarded((count: 0, isStopped: false, query: ""))

  init(to target: Int, from marker: String, at number: Int, _ stop: Stop) {
    (self.target, self.marker, self.number, self.stop) = (target, marker, number, stop)
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var port = 0
    Self.withAddress(port: 0) { address, length in
      _ = bind(socket, address, length)
      var size = length
      _ = getsockname(socket, address, &size)
      address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        port = Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
    _ = listen(socket, 16)
    (listener, self.port) = (socket, port)
    Self.thread { [self] in
      while case let client = accept(socket, nil, nil), client >= 0 { pass(client) }
    }
  }

  /// The query at which it stopped; nil if there were not so many.
  var stoppedAt: String? { state.withLock { $0.isStopped ? $0.query : nil } }

  /// Ends it.
  func end() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func pass(_ client: Int32) {
    let server = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    Self.withAddress(port: target) { address, length in _ = connect(server, address, length) }
    Self.thread { [self] in
      copyQueries(from: client, to: server)
      // The client is gone: so is its session.
      shutdown(server, Int32(SHUT_RDWR))
    }
    Self.thread { [self] in copyAnswers(from: server, to: client) }
  }

  private func copyQueries(from client: Int32, to server: Int32) {
    // The first message has no type: 4 bytes of length, and what it says.
    guard let startup = message(from: client, prefix: 0), write(startup, to: server) else { return }
    while let message = message(from: client, prefix: 1) {
      let stops = message.first == UInt8(ascii: "Q") && isTheOne(message)
      if stops, stop == .before { continue }
      guard write(message, to: server) else { return }
    }
  }

  private func isTheOne(_ message: [UInt8]) -> Bool {
    let query = String(decoding: message.dropFirst(5).dropLast(), as: UTF8.self)
    return state.withLock { state in
      guard state.count > 0 || query.contains(marker) else { return false }
      state.count += 1
      guard state.count == number else { return false }
      (state.isStopped, state.query) = (true, query)
      return true
    }
  }

  private func copyAnswers(from server: Int32, to client: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = Glibc.read(server, &buffer, buffer.count), count > 0 {
      if state.withLock({ $0.isStopped }) { continue }
      guard write(Array(buffer[..<count]), to: client) else { break }
    }
    shutdown(client, Int32(SHUT_RDWR))
  }

  private func message(from socket: Int32, prefix: Int) -> [UInt8]? {
    guard var bytes = read(prefix + 4, from: socket) else { return nil }
    let length = bytes[prefix...].reduce(0) { $0 << 8 | Int($1) }
    guard length >= 4, length < 64 << 20, let rest = read(length - 4, from: socket) else { return nil }
    bytes += rest
    return bytes
  }

  private func read(_ count: Int, from socket: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let part = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: done), count - done, 0) }
      guard part > 0 else { return nil }
      done += part
    }
    return bytes
  }

  private func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private static func withAddress(port: Int, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Void) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(Body(body)).toOpaque())
    pthread_detach(thread)
  }
}
