internal import Operations
internal import ServiceLifecycle

/// A service that begins when the operations endpoint listens, so that a port that is taken is known before any work.
struct FollowingService<Wrapped: Service>: Service {
  let wrapped: Wrapped
  let server: OperationsServer

  func run() async throws {
    // An endpoint that cannot listen ends the group, and with it this wait.
    await cancelWhenGracefulShutdown { await server.waitUntilListening() }
    guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
    try await wrapped.run()
  }
}
