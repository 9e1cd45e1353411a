internal import Support

/// The means of a handler to answer one request; its calls may come from any thread, one at a time.
///
/// Writes return false once the client is gone. When the handler returns, a started chunked body ends properly, and a
/// request without an answer gets a 500.
package final class HTTPServerExchange: Sendable {
  private enum Phase: Sendable { case open, chunked, done }

  private let connection: HTTPServerConnection
  private let isHead: Bool
  private let phase = Guarded(Phase.open)

  init(_ connection: HTTPServerConnection, isHead: Bool) {
    self.connection = connection
    self.isHead = isHead
  }

  /// Sends a whole response with its length.
  @discardableResult
  package func respond(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) -> Bool {
    phase.withLock { $0 = .done }
    let fields = headers + [("Content-Length", "\(body.count)")]
    return connection.write(Self.head(status, fields) + (isHead ? [] : body))
  }

  /// Sends a whole JSON response.
  @discardableResult
  package func respond(status: Int, json: String) -> Bool {
    respond(status: status, headers: [("Content-Type", "application/json")], body: Array(json.utf8))
  }

  /// Sends the head of a response whose body follows in chunks.
  @discardableResult
  package func startChunked(status: Int, headers: [(String, String)] = []) -> Bool {
    phase.withLock { $0 = .chunked }
    return connection.write(Self.head(status, headers + [("Transfer-Encoding", "chunked")]))
  }

  /// Sends one chunk of the body; blocks while the client reads slowly.
  @discardableResult
  package func chunk(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty else { return true }
    return connection.write(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
  }

  /// Sends one chunk of text.
  @discardableResult
  package func chunk(_ text: String) -> Bool {
    chunk(Array(text.utf8))
  }

  /// Sends bytes as they are: broken heads, half chunks, early responses.
  @discardableResult
  package func raw(_ bytes: [UInt8]) -> Bool {
    phase.withLock { $0 = .done }
    return connection.write(bytes)
  }

  /// Closes the connection at once, in the middle of whatever was sent.
  package func tear() {
    phase.withLock { $0 = .done }
    connection.shutDown()
  }

  /// Blocks until the client, or `stop()`, closes the connection; false when `seconds` passed before.
  @discardableResult
  package func waitForClose(seconds: Int = 30) -> Bool {
    connection.waitForClose(seconds: seconds)
  }

  func finish() {
    let last = phase.withLock { phase in
      defer { phase = .done }
      return phase
    }
    switch last {
    case .open: respond(status: 500, body: Array("the handler gave no answer".utf8))
    case .chunked: connection.write(Array("0\r\n\r\n".utf8))
    case .done: break
    }
  }

  private static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
    var text = "HTTP/1.1 \(status) Status\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return Array((text + "\r\n").utf8)
  }
}
