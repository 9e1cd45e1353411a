import Glibc
import Support
import TestSupport

/// An HTTP proxy on the loopback that knows CONNECT alone, and counts.
final class TunnelProxy: Sendable {
  let port: Int
  private let listener: CInt
  private let targets = Guarded<[String]>([])

  init() throws {
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = Self.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0
          ? getsockname(descriptor, generic, &length) : -1
      }
    }
    guard status == 0 else { throw HTTPServerErrno(number: errno) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let targets = targets
    Self.thread { while case let client = accept(descriptor, nil, nil), client >= 0 { Self.serve(client, targets) } }
  }

  deinit {
    stop()
  }

  struct HTTPServerErrno: Error { let number: CInt }

  var url: String { "http://127.0.0.1:\(port)" }
  /// Where clients wanted to go.
  var connected: [String] { targets.withLock { $0 } }

  func stop() {
    shutdown(listener, CInt(SHUT_RDWR))
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private static func serve(_ client: CInt, _ targets: Guarded<[String]>) {
    thread {
      var head: [UInt8] = []
      while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
        guard let byte = read(client, 1)?.first else { return }
        head.append(byte)
      }
      let words = String(decoding: head, as: UTF8.self).split(separator: " ")
      guard words.count > 2, words[0] == "CONNECT",
        let port = words[1].split(separator: ":").last.flatMap({ UInt16($0) })
      else { return }
      targets.withLock { $0.append(String(words[1])) }
      let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      var address = loopback(port: port)
      let status = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard status == 0 else { return }
      write(client, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
      thread { pump(server, client) }
      pump(client, server)
    }
  }

  private static func pump(_ source: CInt, _ destination: CInt) {
    while let bytes = read(source, 64 << 10), !bytes.isEmpty { write(destination, bytes) }
    shutdown(destination, CInt(SHUT_WR))
  }

  private static func read(_ descriptor: CInt, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = recv(descriptor, &bytes, count, 0)
    return length > 0 ? Array(bytes.prefix(length)) : nil
  }

  private static func write(_ descriptor: CInt, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(Work(body)).toOpaque())
    pthread_detach(thread)
  }
}
