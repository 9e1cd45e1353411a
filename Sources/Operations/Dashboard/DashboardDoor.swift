internal import Support

/// Lets readers in: asks about each token once in a while.
final class DashboardDoor: Sendable {
  private let ask: @Sendable (Redacted<String>?) async -> DashboardPermission
  private let cache: Guarded<PermissionCache>
  private let origin = ContinuousClock.now

  init(limits: DashboardLimits, _ ask: @escaping @Sendable (Redacted<String>?) async -> DashboardPermission) {
    self.ask = ask
    cache = Guarded(PermissionCache(limits: limits))
  }

  /// Whether somebody with this token, or with none, may see resources.
  func permission(_ token: Redacted<String>?) async -> DashboardPermission {
    guard let token else { return await ask(nil) }
    switch cache.withLock({ $0.look(token, at: .now - origin) }) {
    case .known(let permission): return permission
    case .busy: return .unavailable("Too many sign in at once: try again in a few seconds.")
    case .ask:
      let permission = await ask(token)
      cache.withLock { $0.found(permission, token, at: .now - origin) }
      return permission
    }
  }
}
