internal import Glibc

/// A listening socket on a free port of the loopback.
final class ListeningSocket: Sendable {
  private let descriptor: CInt
  let port: Int

  init() throws(HTTPServerError) {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw HTTPServerError(description: "socket: errno \(errno)") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard bind(descriptor, generic, length) == 0, listen(descriptor, 1024) == 0 else { return CInt(-1) }
        return getsockname(descriptor, generic, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard status == 0 else {
      close(descriptor)
      throw HTTPServerError(description: "bind, listen or getsockname on 127.0.0.1: errno \(errno)")
    }
  }

  deinit {
    close(descriptor)
  }

  /// Blocks until a client connects; nil after `stop()`.
  func accept() -> HTTPServerConnection? {
    while true {
      let connection = Glibc.accept(descriptor, nil, nil)
      if connection >= 0 {
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return HTTPServerConnection(descriptor: connection)
      }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Wakes `accept()` for the last time.
  func stop() {
    shutdown(descriptor, CInt(SHUT_RDWR))
  }
}
