internal import Digest
internal import Support

/// What was found out about tokens lately: a value.
///
/// Of a token it keeps a digest only.
struct PermissionCache: Sendable {
  /// What to do about a token.
  enum Decision: Sendable, Equatable {
    /// It is known.
    case known(DashboardPermission)
    /// Ask, and say so with `found`.
    case ask
    /// Too many are being asked about.
    case busy
  }

  private struct Entry: Sendable {
    let permission: DashboardPermission
    let until: Duration
  }

  private let limits: DashboardLimits
  private var entries: [[UInt8]: Entry] = [:]
  private var asking = 0

  init(limits: DashboardLimits) {
    self.limits = limits
  }

  /// How many tokens are remembered.
  var count: Int { entries.count }

  /// Decides about a token at a moment, counted from an arbitrary one.
  mutating func look(_ token: Redacted<String>, at now: Duration) -> Decision {
    if let entry = entries[Self.digest(token)], now < entry.until { return .known(entry.permission) }
    guard asking < limits.reviews else { return .busy }
    asking += 1
    return .ask
  }

  /// Takes in what `ask` came to; that nothing could be found out is not kept.
  mutating func found(_ permission: DashboardPermission, _ token: Redacted<String>, at now: Duration) {
    asking -= 1
    let time: Duration
    switch permission {
    case .granted: time = limits.trust
    case .unauthenticated, .forbidden: time = limits.refusal
    case .unavailable: return
    }
    if entries.count >= limits.tokens { entries = entries.filter { now < $0.value.until } }
    if entries.count >= limits.tokens { entries.removeAll() }
    entries[Self.digest(token)] = Entry(permission: permission, until: now + time)
  }

  private static func digest(_ token: Redacted<String>) -> [UInt8] {
    SHA256Digest(of: Array(token.reveal().utf8)).bytes
  }
}
