import Glibc
import Support

/// A TCP relay to a server that can stop to pass anything on while its sockets stay open, like a hung proxy.
final class Relay: Sendable {
  let port: Int
  private let listener: Int32
  private let target: Int
  private let isFrozen = Guarded(false)
  private let isOver = Guarded(false)

  init(to target: Int) {
    self.target = target
    let (listener, port) = SilentListener.open()
    self.listener = listener
    self.port = port
    Self.thread { [listener] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else {
          return
        }
        self.pass(client)
      }
    }
  }

  /// Passes nothing on from now.
  func freeze() {
    isFrozen.withLock { $0 = true }
  }

  /// Ends the thread that accepts; sessions end with their peers.
  func end() {
    isOver.withLock { $0 = true }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func pass(_ client: Int32) {
    let server = SilentListener.connect(to: target)
    Self.thread { self.copy(from: client, to: server) }
    Self.thread { self.copy(from: server, to: client) }
  }

  private func copy(from source: Int32, to sink: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(source, &buffer, buffer.count)
      while isFrozen.withLock({ $0 }), !isOver.withLock({ $0 }) {
        usleep(10_000)
      }
      guard count > 0, send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else {
        shutdown(sink, Int32(SHUT_RDWR))
        return
      }
    }
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context {
          Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        }
        return nil
      }, Unmanaged.passRetained(Body(body)).toOpaque())
    pthread_detach(thread)
  }
}
