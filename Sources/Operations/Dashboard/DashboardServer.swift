internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Support

/// Serves the dashboard by plain HTTP, within the bounds of `BoundedServer` and `DashboardLimits`.
///
/// Files are for everybody; what resources say, as a document or followed by server-sent events, is for those that have
/// the permission. Nothing can be changed through it.
package final class DashboardServer: Service {
  private let address: OperationsAddress
  private let source: DashboardSource
  private let limits: DashboardLimits
  private let logger: Logger
  private let streams: DashboardStreams
  private let door: DashboardDoor
  private let boundPort = Guarded<Int?>(nil)

  /// A server that does not listen yet.
  package init(
    address: OperationsAddress, source: DashboardSource, limits: DashboardLimits = DashboardLimits(), logger: Logger
  ) {
    self.address = address
    self.source = source
    self.limits = limits
    self.logger = logger
    streams = DashboardStreams(limits: limits)
    door = DashboardDoor(limits: limits, source.permission)
  }

  /// The port that it listens at; nil before and after.
  package var port: Int? { boundPort.withLock { $0 } }

  /// How many readers follow.
  package var streamCount: Int { streams.count }

  /// Serves until graceful shutdown or cancellation; those that follow are let go at once.
  ///
  /// - Throws: `OperationsError` with code `addressInUse`, `addressRefused` or `server`.
  package func run() async throws {
    defer { boundPort.withLock { $0 = nil } }
    do {
      try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await self.serve() }
          group.addTask { await self.streams.beat() }
          group.addTask { [source, streams] in await source.follow { streams.wake() } }
          // The others end by cancellation alone.
          try await group.next()
          group.cancelAll()
        }
      } onGracefulShutdown: {
        self.streams.end()
      }
    } catch {
      throw OperationsError(
        listening: error, at: address, option: "--dashboard-address", what: "dashboard", wasListening: port != nil)
    }
  }

  private func serve() async throws {
    try await BoundedServer.run(at: address, logger: logger) { request, writer, channel in
      try await self.respond(to: request, writer, channel)
    } started: { port in
      self.boundPort.withLock { $0 = port }
      self.logger.info(
        "dashboard",
        metadata: ["dashboard.address": "\(self.address.host)", "dashboard.port": "\(port ?? self.address.port)"])
    }
  }

  // Where the server calls it: the writer may not leave that task.
  @concurrent private func respond(
    to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
  ) async throws {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
    let asked = DashboardRequest(
      method: request.method.rawValue, target: request.head.path ?? "", authorization: header("Authorization"),
      lastID: header("Last-Event-ID"), tag: header("If-None-Match"))
    let hasBody =
      request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    if case .stream(let topic) = asked.route, asked.method == "GET", !hasBody,
      case .granted = await door.permission(asked.token), source.isReady(),
      source.news(topic, nil) != .missing, let (reader, wakes) = streams.open(channel)
    {
      defer { streams.close(reader) }
      let head = HTTPResponse(status: .ok, headerFields: Self.fields(Self.stream))
      try await send(topic, asked, to: writer.writeHead(head), reader, wakes)
    } else {
      let answer = await answer(to: asked)
      try await Self.write(answer, asked.method, closes: hasBody, writer)
    }
  }

  // MARK: Documents

  private func answer(to asked: DashboardRequest) async -> DashboardAnswer {
    guard asked.method == "GET" || asked.method == "HEAD" else { return .wrongMethod }
    switch asked.route {
    case nil: return .notFound
    case .file(let path): return source.files[path].map { .file($0, tag: asked.tag) } ?? .notFound
    case .document(let topic):
      if let refusal = await refusal(asked) { return refusal }
      guard case .document(let id, let json) = source.news(topic, nil) else { return .noResource }
      return DashboardAnswer(status: 200, body: json, tag: "\"\(id)\"")
    case .stream(let topic):
      if let refusal = await refusal(asked) { return refusal }
      if source.news(topic, nil) == .missing { return .noResource }
      // A HEAD follows nothing: it takes nobody's place.
      return asked.method == "HEAD" ? Self.stream : .full
    }
  }

  private func refusal(_ asked: DashboardRequest) async -> DashboardAnswer? {
    if let refusal = DashboardAnswer.refusal(await door.permission(asked.token)) { return refusal }
    return source.isReady() ? nil : .notReady
  }

  private static func fields(_ answer: DashboardAnswer) -> HTTPFields {
    var fields = HTTPFields()
    fields[.contentType] = answer.contentType
    fields[.cacheControl] = answer.tag == nil || answer.contentType == DashboardAnswer.json ? "no-store" : "no-cache"
    fields[.eTag] = answer.tag
    for (name, value) in DashboardAnswer.protection + answer.headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }

  @concurrent private static func write(
    _ answer: DashboardAnswer, _ method: String, closes: Bool, _ writer: consuming ResponseWriter
  ) async throws {
    var fields = fields(answer)
    if closes { fields[.connection] = "close" }
    let status = HTTPResponse.Status(code: answer.status)
    if method == "HEAD" || answer.status == 304 {
      try await writer.writeResponse(HTTPResponse(status: status, headerFields: fields))
    } else {
      fields[.contentLength] = String(answer.body.count)
      var body = try await writer.writeHead(HTTPResponse(status: status, headerFields: fields))
      try await body.write(ByteBuffer(bytes: answer.body))
      try await body.finish(nil)
    }
    // Ends the connection: what follows on it is a body that nobody reads.
    if closes { throw UnreadBody() }
  }

  private struct UnreadBody: Error {}

  // MARK: Server-sent events

  // Proxies that gather answers are told not to.
  private static let stream = DashboardAnswer(
    status: 200, contentType: "text/event-stream; charset=utf-8", headers: [("X-Accel-Buffering", "no")])

  // Of several changes while the reader takes its time only the latest state is sent.
  @concurrent private func send(
    _ topic: DashboardTopic, _ asked: DashboardRequest, to body: some ResponseBodyWriter, _ reader: Int,
    _ wakes: AsyncStream<Void>
  ) async throws {
    var body = body
    var last = asked.lastID
    var trustedUntil = ContinuousClock.now + limits.trust
    var silentSince = ContinuousClock.now
    for await _ in wakes {
      // A comment, which keeps the connection alive.
      var message = ":\n\n"
      var isLast = false
      if ContinuousClock.now >= trustedUntil {
        isLast = await door.permission(asked.token) != .granted
        trustedUntil = .now + limits.trust
      }
      if isLast {
        message = "event: denied\ndata: {}\n\n"
      } else {
        switch source.news(topic, last) {
        case .unchanged where .now - silentSince < limits.heartbeat / 2: continue
        case .unchanged: break
        case .missing: message = "event: gone\ndata: {}\n\n"
        case .document(let id, let json):
          // JSON has no line breaks of its own.
          message = "id: \(id)\ndata: \(String(decoding: json, as: UTF8.self))\n\n"
          last = id
        }
      }
      streams.began(reader)
      try await body.write(ByteBuffer(string: message))
      streams.ended(reader)
      if isLast { break }
      silentSince = .now
      try await Task.sleep(for: limits.pace)
    }
    try await body.finish(nil)
  }
}
