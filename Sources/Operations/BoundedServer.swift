internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// What the endpoints of this process share: plain HTTP/1.1 within bounds, on one thread.
///
/// 64 connections (further ones wait to be accepted), 16 KiB of headers, 30 s for an idle connection.
enum BoundedServer {
  // It stays: a server's own tasks may use it for a moment after `run` has returned.
  private static let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// Serves until graceful shutdown or cancellation; answers that are under way are written to their end.
  static func run(
    at address: OperationsAddress, logger: Logger, _ respond: @escaping HTTPChannelHandler.Responder,
    started: @escaping @Sendable (_ port: Int?) -> Void
  ) async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let channel = HTTP1Channel.Configuration(
      idleTimeout: .seconds(30),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100))
    let server = try HTTPServerBuilder.http1(configuration: channel).buildServer(
      configuration: ServerConfiguration(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: .maximum(64, logger: quiet)),
      eventLoopGroup: threads, logger: quiet, responder: respond
    ) { channel in
      started(channel.localAddress?.port)
    }
    try await server.run()
  }
}
