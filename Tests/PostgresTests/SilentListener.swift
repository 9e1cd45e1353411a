import Glibc
import Testing

/// A socket that accepts in the kernel and never says a word.
final class SilentListener: Sendable {
  let port: Int
  private let socket: Int32

  init() {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(socket, address, length)
        _ = getsockname(socket, address, &length)
      }
    }
    _ = listen(socket, 8)
    self.socket = socket
    port = Int(UInt16(bigEndian: address.sin_port))
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
}
