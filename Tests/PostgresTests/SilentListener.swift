import Glibc

/// A socket that accepts in the kernel and never says a word.
final class SilentListener: Sendable {
  let port: Int
  private let socket: Int32

  init() {
    (socket, port) = Self.open()
  }

  deinit {
    close(socket)
  }

  /// Returns when somebody has connected.
  func accepted() async {
    var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while Glibc.poll(&poll, 1, 0) == 0 {
      await Task.yield()
    }
  }

  /// A listening socket on a free port of 127.0.0.1.
  static func open() -> (socket: Int32, port: Int) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withAddress(port: 0) { address in
      _ = bind(socket, address, length)
      _ = getsockname(socket, address, &length)
    }
    _ = listen(socket, 64)
    return (socket, port)
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
