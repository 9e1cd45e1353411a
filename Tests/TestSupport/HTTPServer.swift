internal import Glibc
internal import Support

/// A small real HTTP/1.1 server on the loopback for tests: each connection has a thread, and the handler may block it.
///
/// The handler gets each request and an exchange to answer it with, as slowly and as brokenly as a test needs:
///
///     let server = try HTTPServer { request, exchange in
///       exchange.respond(status: 200, body: Array("ok".utf8))
///     }
///
/// `stop()` closes the listening socket and all connections; dropping the server stops it too.
package final class HTTPServer: Sendable {
  /// Answers one request; runs on the thread of its connection.
  package typealias Handler = @Sendable (HTTPServerRequest, HTTPServerExchange) -> Void

  private let listener: ListeningSocket
  private let core: HTTPServerCore

  /// Starts a server on a free port of 127.0.0.1.
  package init(handler: @escaping Handler) throws(HTTPServerError) {
    let core = HTTPServerCore(handler: handler)
    let listener = try ListeningSocket()
    self.core = core
    self.listener = listener
    HTTPServerThread.start {
      while let connection = listener.accept() { core.serve(connection) }
    }
  }

  deinit {
    stop()
  }

  /// The port on 127.0.0.1.
  package var port: Int { listener.port }
  /// The URL without a path, such as `http://127.0.0.1:40123`.
  package var url: String { "http://127.0.0.1:\(listener.port)" }
  /// How many connections were accepted so far.
  package var acceptedConnections: Int { core.state.withLock { $0.accepted } }
  /// How many connections are open now.
  package var openConnections: Int { core.state.withLock { $0.open.count } }
  /// The requests received so far, in order.
  package var requests: [HTTPServerRequest] { core.state.withLock { $0.requests } }

  /// Accepts no more, and closes all connections.
  package func stop() {
    listener.stop()
    core.stop()
  }
}

/// What a server that could not start says.
package struct HTTPServerError: Error, Sendable, CustomStringConvertible {
  /// The failed call and the reason.
  package let description: String
}

/// The part of a server that its threads share, so that a forgotten server can still go away.
final class HTTPServerCore: Sendable {
  struct State {
    var accepted = 0
    var requests: [HTTPServerRequest] = []
    var open: [ObjectIdentifier: HTTPServerConnection] = [:]
    var isStopped = false
  }

  let state = Guarded(State())
  private let handler: HTTPServer.Handler

  init(handler: @escaping HTTPServer.Handler) {
    self.handler = handler
  }

  func serve(_ connection: HTTPServerConnection) {
    let isStopped = state.withLock { state in
      state.accepted += 1
      if !state.isStopped { state.open[ObjectIdentifier(connection)] = connection }
      return state.isStopped
    }
    guard !isStopped else { return connection.shutDown() }
    HTTPServerThread.start { self.serveRequests(connection) }
  }

  func stop() {
    let open = state.withLock { state in
      state.isStopped = true
      return state.open
    }
    for connection in open.values { connection.shutDown() }
  }

  private func serveRequests(_ connection: HTTPServerConnection) {
    while let request = connection.readRequest() {
      state.withLock { $0.requests.append(request) }
      let exchange = HTTPServerExchange(connection, isHead: request.method == "HEAD")
      handler(request, exchange)
      exchange.finish()
      guard !connection.isShutDown else { break }
    }
    connection.shutDown()
    _ = state.withLock { $0.open.removeValue(forKey: ObjectIdentifier(connection)) }
  }
}
