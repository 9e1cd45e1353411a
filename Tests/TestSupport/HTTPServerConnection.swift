internal import Glibc
internal import Support

/// One accepted connection: blocking reads and writes on the thread that serves it.
final class HTTPServerConnection: Sendable {
  private let descriptor: CInt
  private let closing = Guarded(false)
  private let pending = Guarded<[UInt8]>([])

  init(descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Whether this side has ended the connection.
  var isShutDown: Bool { closing.withLock { $0 } }

  /// Ends the connection for both sides and wakes whoever reads or writes; the descriptor itself goes with the object.
  func shutDown() {
    closing.withLock { $0 = true }
    shutdown(descriptor, CInt(SHUT_RDWR))
  }

  /// Writes all bytes; false when the client is gone.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        send(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Reads one request with its body; nil when the client closed or sent none.
  func readRequest() -> HTTPServerRequest? {
    var buffer = pending.withLock { $0 }
    var end: Int?
    while end == nil {
      end = Self.endOfHead(buffer)
      guard end == nil else { break }
      guard let more = readSome(), buffer.count < 1 << 20 else { return nil }
      buffer += more
    }
    guard let end, let request = HTTPServerRequest.parse(head: Array(buffer[..<end])) else { return nil }
    var rest = Array(buffer[end...])
    let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
    while rest.count < length {
      guard let more = readSome() else { return nil }
      rest += more
    }
    let left = Array(rest[length...])
    pending.withLock { $0 = left }
    return request.with(body: Array(rest[..<length]))
  }

  /// Waits until the client closes; what it sends in the meantime is thrown away.
  func waitForClose(seconds: Int) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      var entry = pollfd(descriptor: descriptor)
      let left = deadline - ContinuousClock.now
      guard poll(&entry, 1, CInt(clamping: left.components.seconds * 1000 + 1)) > 0 else { continue }
      guard readSome() != nil else { return true }
    }
    return false
  }

  private func readSome() -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    return Array(chunk[..<count])
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
      return index + 1
    }
    return nil
  }
}

extension pollfd {
  fileprivate init(descriptor: CInt) {
    self.init(fd: descriptor, events: Int16(POLLIN), revents: 0)
  }
}
