internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Support

/// Serves `/healthz`, `/readyz` and `/metrics` by plain HTTP, within the bounds of `BoundedServer`.
///
/// A request with a body is answered and its connection closed, without reading the body.
package final class OperationsServer: Service {
  private let address: OperationsAddress
  private let state: OperationsState
  private let logger: Logger
  private let listening = Signal()
  private let boundPort = Guarded<Int?>(nil)

  /// A server that does not listen yet.
  package init(address: OperationsAddress, state: OperationsState, logger: Logger) {
    self.address = address
    self.state = state
    self.logger = logger
  }

  /// The port that it listens at; nil before and after.
  package var port: Int? { boundPort.withLock { $0 } }

  /// Waits until the server listens; returns as well when the task is cancelled.
  ///
  /// One task may wait, once.
  package func waitUntilListening() async {
    await listening.wait()
  }

  /// Serves until graceful shutdown or cancellation; answers that are under way are written to their end.
  ///
  /// - Throws: `OperationsError` with code `addressInUse`, `addressRefused` or `server`.
  package func run() async throws {
    defer { boundPort.withLock { $0 = nil } }
    do {
      try await serve()
    } catch {
      throw OperationsError(
        listening: error, at: address, option: "--operations-address", what: "operations endpoint",
        wasListening: port != nil)
    }
  }

  private func serve() async throws {
    try await BoundedServer.run(at: address, logger: logger) { [state] request, writer, _ in
      try await Self.respond(to: request, writer, state)
    } started: {
      self.started(port: $0)
    }
  }

  private func started(port: Int?) {
    boundPort.withLock { $0 = port }
    listening.send()
    logger.info(
      "operations endpoint",
      metadata: ["operations.address": "\(address.host)", "operations.port": "\(port ?? address.port)"])
  }

  // Where the server calls it: the writer may not leave that task.
  @concurrent private static func respond(
    to request: Request, _ writer: consuming ResponseWriter, _ state: OperationsState
  ) async throws {
    let answer = OperationsAnswer.to(method: request.method.rawValue, target: request.head.path ?? "", state)
    let hasBody =
      request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    var fields = HTTPFields()
    fields[.contentType] = answer.contentType
    fields[.cacheControl] = "no-store"
    fields[.allow] = answer.allowed
    if hasBody { fields[.connection] = "close" }
    if request.method == .head {
      try await writer.writeResponse(HTTPResponse(status: .init(code: answer.status), headerFields: fields))
    } else {
      fields[.contentLength] = String(answer.body.reduce(0) { $0 + $1.utf8.count })
      var body = try await writer.writeHead(HTTPResponse(status: .init(code: answer.status), headerFields: fields))
      for piece in answer.body { try await body.write(ByteBuffer(string: piece)) }
      try await body.finish(nil)
    }
    // Ends the connection: what follows on it is the body that nobody asked for.
    if hasBody { throw UnwantedBody() }
  }

  private struct UnwantedBody: Error {}
}
