internal import Glibc

/// Sockets of 127.0.0.1 with blocking calls, and the threads that may block in them.
enum LoopbackSocket {
  /// A listening socket on a free port.
  static func listening() -> (socket: Int32, port: Int) {
    let socket = make()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withAddress(port: 0) { address in
      _ = bind(socket, address, length)
      _ = getsockname(socket, address, &length)
    }
    _ = listen(socket, 64)
    return (socket, port)
  }

  /// A socket connected to a port; negative when nobody listens there.
  static func connected(to port: Int) -> Int32 {
    let socket = make()
    var status: Int32 = -1
    _ = withAddress(port: port) { address in
      status = connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    guard status == 0 else {
      close(socket)
      return -1
    }
    return socket
  }

  /// The port at the other end of a connection.
  static func peerPort(of socket: Int32) -> Int {
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withAddress(port: 0) { address in _ = getpeername(socket, address, &length) }
  }

  /// Lets the other end see a reset, not an orderly end, when the socket is closed.
  static func lingerNot(_ socket: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Closes a connection with a reset.
  static func reset(_ socket: Int32) {
    lingerNot(socket)
    close(socket)
  }

  /// Runs `body` on a thread of its own.
  static func thread(_ body: @escaping @Sendable () -> Void) { HTTPServerThread.start(body) }

  private static func make() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func withAddress(port: Int, _ body: (UnsafeMutablePointer<sockaddr>) -> Void) -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
