internal import Logging
internal import Support

// The bridge of credential plugins: a run serves all requests that wait for it, and goes on although the one that began
// it was cancelled or had no more time. It ends by itself within its time limit.

/// The credentials that a plugin makes, one run at a time for all requests.
final class ExecCredentials: Sendable {
  private struct State: Sendable {
    var decisions = ExecCredentialState()
    var end = Latch()
  }

  private let run: ExecPluginRun
  private let time: TimeSource
  private let wallClock: WallClock
  private let logger: Logger
  private let state = Guarded(State())

  init(_ plugin: ExecPlugin, time: TimeSource, wallClock: WallClock, logger: Logger) {
    self.run = ExecPluginRun(plugin: plugin, time: time)
    self.time = time
    self.wallClock = wallClock
    self.logger = logger
  }

  /// A credential to send, and its number.
  ///
  /// - Parameter limit: how long it may take if the plugin has to run first.
  /// - Throws: `KubernetesError` with code `credentials`, or `cancelled`.
  func current(within limit: Duration) async throws(KubernetesError) -> (credential: ExecCredential, generation: Int) {
    let deadline = time.now() + limit
    while true {
      let (look, end) = look()
      switch look {
      case .use(let credential, let generation, _): return (credential, generation)
      case .fail(let error): throw error
      case .wait: try await wait(for: end, until: deadline)
      }
    }
  }

  /// The server has refused the credential of this number.
  func refuse(_ generation: Int) {
    state.withLock { $0.decisions.refused(generation: generation) }
  }

  private func look() -> (ExecCredentialState.Look, Latch) {
    let (look, end, isStarting) = state.withLock { state in
      let look = state.decisions.look(at: time.now(), wallTime: wallClock.now())
      let isStarting =
        switch look {
        case .use(_, _, let startsRun), .wait(let startsRun): startsRun
        case .fail: false
        }
      if isStarting { state.end = Latch() }
      return (look, state.end, isStarting)
    }
    if isStarting { Task { await self.refresh(end) } }
    return (look, end)
  }

  private func refresh(_ end: Latch) async {
    let result: Result<ExecCredential, KubernetesError>
    do throws(KubernetesError) {
      result = .success(try await run.credential())
      logger.debug("the credential plugin made a credential")
    } catch {
      result = .failure(error)
      logger.warning("no credential", metadata: ["error": "\(error.message)"])
    }
    state.withLock { $0.decisions.ended(result, at: time.now(), wallTime: wallClock.now()) }
    end.open()
  }

  private func wait(for end: Latch, until deadline: Duration) async throws(KubernetesError) {
    let left = deadline - time.now()
    guard left > .zero else {
      throw KubernetesError(
        code: .credentials, message: "the credential plugin '\(run.plugin.command)' has not ended yet",
        isTransient: true)
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await end.wait() }
      // Which of the two it was is found by the next look.
      group.addTask { do { try await self.time.sleep(for: left) } catch {} }
      await group.next()
      group.cancelAll()
    }
    if Task.isCancelled { throw KubernetesError(code: .cancelled, message: "cancelled while waiting for a credential") }
  }
}
