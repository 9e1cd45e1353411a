import MigrationCore
@testable import Promotion
import Support
import Testing

@Suite("The permission to start")
struct StartPermissionTests {
  private static let scripts = [Samples.script("V1__a.sql", "SELECT 1"), Samples.script("V2__b.sql", "SELECT 2")]

  private static func permission(
    _ allowed: Int = 1, _ change: (inout GateQuestion) -> Void = { _ in }
  ) -> StartPermission {
    let question = Samples.question(scripts.map { PendingStep($0) }, change)
    return StartPermission(question, GateDecision(allowed: allowed, hold: nil, held: 2 - allowed))
  }

  private static func asks(
    _ permission: StartPermission, _ script: MigrationScript, after: Duration = .zero,
    freeze: PromotionSettings.Freeze? = nil, isRevoked: Bool = false
  ) -> Bool {
    permission.mayStart(script, at: Samples.now.advanced(by: after), freeze: freeze, isRevoked: isRevoked)
  }

  @Test("only the very files that were allowed start: another content, name or version does not")
  func files() {
    let permission = Self.permission()
    #expect(Self.asks(permission, Self.scripts[0]))
    #expect(!Self.asks(permission, Self.scripts[1]))
    #expect(!Self.asks(permission, Samples.script("V1__a.sql", "SELECT 3")))
    #expect(!Self.asks(permission, Samples.script("V1__a.sql", "SELECT 1\n")), "the checksum alone is the same")
    #expect(!Self.asks(permission, Samples.script("V1__other.sql", "SELECT 1")))
    #expect(!Self.asks(permission, Samples.script("V3__new.sql")))
  }

  @Test("a window that has closed meanwhile, a freeze and a revoked approval keep the next one from starting")
  func later() {
    let permission = Self.permission { $0.windows = [Samples.window("0 10 * * *", .seconds(60))] }
    #expect(Self.asks(permission, Self.scripts[0], after: .seconds(59)))
    #expect(!Self.asks(permission, Self.scripts[0], after: .seconds(60)))
    // Written out: within the macro a short form of the freeze was evaluated as none.
    let freeze = PromotionSettings.Freeze(reason: "now")
    #expect(!Self.asks(permission, Self.scripts[0], freeze: freeze))
    #expect(!Self.asks(permission, Self.scripts[0], isRevoked: true))
  }

  @Test("a bypass goes through windows and freezes, and only for the files that it was for")
  func bypass() {
    let permission = Self.permission {
      $0.isBypassed = true
      $0.windows = [Samples.window("0 2 * * *", .seconds(60))]
    }
    let freeze = PromotionSettings.Freeze(reason: "x")
    #expect(Self.asks(permission, Self.scripts[0], freeze: freeze))
    #expect(!Self.asks(permission, Self.scripts[1]))
    #expect(!Self.asks(permission, Self.scripts[0], isRevoked: true))
    #expect(permission.isRevocable)
  }

  @Test("an approval that nothing asked for need not stay")
  func revocable() {
    #expect(!Self.permission { $0.isApproved = true }.isRevocable)
    #expect(
      Self.permission {
        $0.isApproved = true
        $0.settings.needsApproval = true
      }.isRevocable)
  }
}
