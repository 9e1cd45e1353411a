internal import Glibc

/// A port of 127.0.0.1 that accepts connections in the kernel and never says a word.
package final class SilentPort: Sendable {
  package let number: Int
  private let socket: Int32

  /// Listens until this value goes.
  package init() {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(socket, address, length)
        _ = getsockname(socket, address, &length)
      }
    }
    _ = listen(socket, 64)
    self.socket = socket
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit {
    close(socket)
  }
}
