internal import Kubernetes
internal import Logging
internal import Support

/// Follows the source objects of Flux, each kind only while a resource refers to one of it and the server has it.
///
/// A cluster without Flux, or without resources that use it, is asked nothing. Where a kind is missing, the server is asked
/// again at intervals, and meanwhile nothing is watched that could fail.
final class FluxFollower: Sendable {
  static let interval: Duration = .seconds(60)

  private let client: KubernetesClient
  private let time: TimeSource
  private let sources: FluxSources
  private let namespace: String?
  private let logger: Logger
  private let used = Guarded<Set<FluxKind>>([])

  /// A follower for the objects of a namespace, or of all.
  init(client: KubernetesClient, sources: FluxSources, namespace: String?, time: TimeSource = .system, logger: Logger) {
    self.client = client
    self.time = time
    self.sources = sources
    self.namespace = namespace
    self.logger = logger
  }

  /// Takes in which kinds resources refer to now.
  func use(_ kinds: Set<FluxKind>) {
    let changed = used.withLock { used in
      defer { used = kinds }
      return used.symmetricDifference(kinds)
    }
    for kind in changed { sources.changed[kind]?.send() }
  }

  /// Follows until the task is cancelled.
  func run(_ told: @escaping @Sendable (FluxKey, FluxState?) -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for kind in FluxKind.allCases {
        group.addTask { await self.follow(kind, told) }
      }
    }
  }

  private func follow(_ kind: FluxKind, _ told: @escaping @Sendable (FluxKey, FluxState?) -> Void) async {
    while !Task.isCancelled {
      guard let version = await wantedVersion(of: kind), let api = FluxAPI.find(kind, version: version) else {
        await pause(kind)
        continue
      }
      logger.info(
        "following a kind of Flux", metadata: ["flux.kind": "\(kind.rawValue)", "flux.version": "\(version)"])
      await withTaskGroup(of: Void.self) { group in
        group.addTask { [client, namespace, logger] in
          await api.follow(client, namespace, logger) { key, state in told(FluxKey(kind: kind, object: key), state) }
        }
        group.addTask { await self.waitWhile(version, isWantedOf: kind) }
        await group.next()
        group.cancelAll()
      }
    }
  }

  // Until the kind is used no longer, or served in another version or not at all.
  private func waitWhile(_ version: String, isWantedOf kind: FluxKind) async {
    while !Task.isCancelled {
      await pause(kind)
      guard await wantedVersion(of: kind, last: version) == version else { return }
    }
  }

  // `last` is what counts while the server cannot be asked.
  private func wantedVersion(of kind: FluxKind, last: String? = nil) async -> String? {
    guard used.withLock({ $0.contains(kind) }) else { return nil }
    do throws(KubernetesError) {
      return try await sources.discover()[kind]?.first
    } catch {
      logger.debug("the server does not say whether it has Flux", metadata: ["error": "\(error.message)"])
      return last
    }
  }

  private func pause(_ kind: FluxKind) async {
    await withTaskGroup(of: Void.self) { [time, signal = sources.changed[kind]] group in
      // Why the pause ended is found afterwards: by time, by the signal, or by cancellation.
      group.addTask { do throws(KubernetesError) { try await time.sleep(for: Self.interval) } catch {} }
      group.addTask { await signal?.wait() }
      await group.next()
      group.cancelAll()
    }
  }
}
