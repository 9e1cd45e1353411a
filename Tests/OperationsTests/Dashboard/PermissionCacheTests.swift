import Support
import Testing

@testable import Operations

@Suite("What was found out about tokens")
struct PermissionCacheTests {
  private let token = Redacted("a.b.c")

  private func limits(_ change: (inout DashboardLimits) -> Void = { _ in }) -> DashboardLimits {
    var limits = DashboardLimits()
    change(&limits)
    return limits
  }

  // A macro takes no mutating call.
  private func expect(
    _ token: Redacted<String>, at now: Duration, _ decision: PermissionCache.Decision, _ cache: inout PermissionCache
  ) {
    let found = cache.look(token, at: now)
    #expect(found == decision)
  }

  @Test(
    "counts for a time, a refusal for a shorter one, and what could not be found out not at all",
    arguments: [
      (DashboardPermission.granted, 59, 61), (.forbidden("f"), 9, 11), (.unauthenticated("u"), 9, 11),
      (.unavailable("x"), -1, 0),
    ])
  func times(permission: DashboardPermission, known: Int, unknown: Int) {
    var cache = PermissionCache(limits: limits())
    expect(token, at: .zero, .ask, &cache)
    cache.found(permission, token, at: .zero)
    if known > 0 { expect(token, at: .seconds(known), .known(permission), &cache) }
    expect(token, at: .seconds(unknown), .ask, &cache)
  }

  @Test("is of one token only")
  func others() {
    var cache = PermissionCache(limits: limits())
    _ = cache.look(token, at: .zero)
    cache.found(.granted, token, at: .zero)
    expect(Redacted("a.b.d"), at: .zero, .ask, &cache)
  }

  @Test("a flood of tokens neither fills the memory nor the API server")
  func flood() {
    var cache = PermissionCache(limits: limits { ($0.tokens, $0.reviews) = (10, 2) })
    for number in 0..<1000 {
      let token = Redacted("t\(number)")
      expect(token, at: .zero, .ask, &cache)
      cache.found(.unauthenticated("no"), token, at: .zero)
      #expect(cache.count <= 10)
    }
    _ = cache.look(Redacted("x"), at: .zero)
    _ = cache.look(Redacted("y"), at: .zero)
    expect(Redacted("z"), at: .zero, .busy, &cache)
    cache.found(.granted, Redacted("x"), at: .zero)
    expect(Redacted("z"), at: .zero, .ask, &cache)
  }
}
