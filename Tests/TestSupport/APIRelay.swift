internal import Glibc
internal import Support

/// A way to the Kubernetes API that answers badly when told to: errors, torn streams, answers that get lost.
///
/// Behind it stands `kubectl proxy`, so it speaks plain HTTP; what is well goes through byte by byte, watches included.
package final class APIRelay: Sendable {
  /// What can happen to a request.
  package enum Mishap: Sendable, Equatable, CaseIterable {
    /// 429 with `Retry-After: 1`, as priority and fairness answers.
    case tooManyRequests
    /// 500, as an API server whose storage fails.
    case internalError
    /// 410 for a watch, as an event; for a list, as its answer.
    case expired
    /// The connection ends before the request was passed on.
    case lostRequest
    /// The request is carried out, and its answer is lost.
    case lostAnswer
  }

  private let server: HTTPServer
  private let core: Core

  private final class Core: Sendable {
    struct State {
      var mishap: @Sendable (HTTPServerRequest) -> Mishap? = { _ in nil }
      var mishaps: [Mishap: Int] = [:]
      var streams: Set<Int32> = []
    }
    let state = Guarded(State())
  }

  /// Relays to a `kubectl proxy` on a port of 127.0.0.1.
  package init(to upstream: Int) throws {
    let core = Core()
    self.core = core
    server = try HTTPServer { request, exchange in
      let choose = core.state.withLock { $0.mishap }
      let mishap = choose(request)
      if let mishap { core.state.withLock { $0.mishaps[mishap, default: 0] += 1 } }
      Self.answer(request, exchange, mishap, upstream, core)
    }
  }

  /// The address for a kubeconfig.
  package var url: String { server.url }

  /// How often what has happened.
  package var mishaps: [Mishap: Int] { core.state.withLock { $0.mishaps } }

  /// From now every request is asked about; nil lets it pass.
  package func disturb(_ mishap: @escaping @Sendable (HTTPServerRequest) -> Mishap?) {
    core.state.withLock { $0.mishap = mishap }
  }

  /// From now everything passes.
  package func heal() { disturb { _ in nil } }

  /// Ends the watches and whatever else is being answered.
  package func tearStreams() {
    let streams = core.state.withLock { $0.streams }
    for stream in streams { shutdown(stream, Int32(SHUT_RDWR)) }
  }

  /// Accepts no more, and ends everything.
  package func stop() {
    server.stop()
    tearStreams()
  }

  private static func answer(
    _ request: HTTPServerRequest, _ exchange: HTTPServerExchange, _ mishap: Mishap?, _ upstream: Int, _ core: Core
  ) {
    switch mishap {
    case .tooManyRequests:
      exchange.respond(
        status: 429, headers: [("Content-Type", "application/json"), ("Retry-After", "1")],
        body: status(429, "TooManyRequests"))
    case .internalError:
      exchange.respond(
        status: 500, headers: [("Content-Type", "application/json")], body: status(500, "InternalError"))
    case .expired where request.query["watch"] != nil:
      exchange.startChunked(status: 200, headers: [("Content-Type", "application/json")])
      exchange.chunk(Array(#"{"type":"ERROR","object":"#.utf8) + status(410, "Expired") + Array("}\n".utf8))
    case .expired where request.query["resourceVersion"] != nil:
      exchange.respond(status: 410, headers: [("Content-Type", "application/json")], body: status(410, "Expired"))
    case .lostRequest: exchange.tear()
    case .lostAnswer: forward(request, exchange, upstream, core, keepsAnswer: true)
    case .expired, nil: forward(request, exchange, upstream, core, keepsAnswer: false)
    }
  }

  private static func forward(
    _ request: HTTPServerRequest, _ exchange: HTTPServerExchange, _ upstream: Int, _ core: Core, keepsAnswer: Bool
  ) {
    let socket = LoopbackSocket.connected(to: upstream)
    guard socket >= 0 else { return exchange.tear() }
    defer {
      core.state.withLock { _ = $0.streams.remove(socket) }
      close(socket)
      exchange.tear()
    }
    core.state.withLock { _ = $0.streams.insert(socket) }
    let head = bytes(of: request)
    guard send(socket, head, head.count, Int32(MSG_NOSIGNAL)) == head.count else { return }
    var buffer = [UInt8](repeating: 0, count: 32 << 10)
    while true {
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { return }
      if keepsAnswer, request.query["watch"] == nil { continue }
      guard exchange.raw(Array(buffer[..<count])) else { return }
    }
  }

  /// The request as it is sent on: without keeping the connection, so that the end of the answer is its end.
  private static func bytes(of request: HTTPServerRequest) -> [UInt8] {
    var text = "\(request.method) \(request.target) HTTP/1.1\r\n"
    for (name, value) in request.headers where !["connection", "host"].contains(name.lowercased()) {
      text += "\(name): \(value)\r\n"
    }
    return Array((text + "Host: 127.0.0.1\r\nConnection: close\r\n\r\n").utf8) + request.body
  }

  private static func status(_ code: Int, _ reason: String) -> [UInt8] {
    let text = """
      {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"made up by a test",\
      "reason":"\(reason)","code":\(code)}
      """
    return Array(text.utf8)
  }
}
