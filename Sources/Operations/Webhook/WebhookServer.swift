internal import Glibc
internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Support

/// Serves `POST /hooks/NAMESPACE/NAME` by plain HTTP, within the bounds of `BoundedServer`.
///
/// For a body there is what `WebhookLimits` says. Bodies are signed as they come and never kept.
package final class WebhookServer: Service {
  private let address: OperationsAddress
  private let intake: WebhookIntake
  private let logger: Logger
  private let observer: @Sendable (Int) -> Void
  private let boundPort = Guarded<Int?>(nil)

  /// A server that does not listen yet.
  ///
  /// - Parameter observer: told the status code of every answer; it must not block.
  package init(
    address: OperationsAddress, handler: WebhookHandler, limits: WebhookLimits = WebhookLimits(), logger: Logger,
    observer: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.address = address
    self.observer = observer
    self.logger = logger
    intake = WebhookIntake(handler, limits: limits, logger: logger)
  }

  /// The port that it listens at; nil before and after.
  package var port: Int? { boundPort.withLock { $0 } }

  /// Serves until graceful shutdown or cancellation.
  ///
  /// - Throws: `OperationsError` with code `addressInUse`, `addressRefused` or `server`.
  package func run() async throws {
    defer { boundPort.withLock { $0 = nil } }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.serve() }
        group.addTask { await self.intake.run() }
        // The intake ends by cancellation alone.
        try await group.next()
        group.cancelAll()
      }
    } catch {
      throw OperationsError(
        listening: error, at: address, option: "--webhook-address", what: "webhook endpoint", wasListening: port != nil)
    }
  }

  private func serve() async throws {
    try await BoundedServer.run(at: address, logger: logger) { [intake, observer] request, writer, _ in
      try await Self.respond(to: request, writer, intake, observer)
    } started: {
      self.started(port: $0)
    }
  }

  private func started(port: Int?) {
    boundPort.withLock { $0 = port }
    logger.info(
      "webhook endpoint", metadata: ["webhook.address": "\(address.host)", "webhook.port": "\(port ?? address.port)"])
  }

  // Where the server calls it: the writer may not leave that task.
  @concurrent private static func respond(
    to request: Request, _ writer: consuming ResponseWriter, _ intake: WebhookIntake,
    _ observer: @Sendable (Int) -> Void
  ) async throws {
    let body = request.body.map { Array($0.readableBytesView) }
    let answer = await intake.answer(call(request), body: body)
    observer(answer.status)
    var fields = HTTPFields()
    fields[.contentType] = OperationsAnswer.plainText
    fields[.cacheControl] = "no-store"
    fields[.allow] = answer.allowed
    fields[.contentLength] = String(answer.text.utf8.count)
    if answer.closes { fields[.connection] = "close" }
    var response = try await writer.writeHead(HTTPResponse(status: .init(code: answer.status), headerFields: fields))
    try await response.write(ByteBuffer(string: answer.text))
    try await response.finish(nil)
    // Ends the connection: what follows on it is a body that nobody reads.
    if answer.closes { throw UnreadBody() }
  }

  private struct UnreadBody: Error {}

  private static func call(_ request: Request) -> WebhookIntake.Call {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
    return WebhookIntake.Call(
      method: request.method.rawValue, target: request.head.path ?? "",
      claim: WebhookProof.Claim(
        github: header(WebhookKind.github.header), gitlab: header(WebhookKind.gitlab.header),
        generic: header(WebhookKind.genericHMAC.header)),
      contentLength: request.headers[.contentLength].flatMap { Int($0) }, event: header("X-GitHub-Event"))
  }
}
