@testable import Controller
import Support
import Testing

@Suite("When drift is looked for")
struct DriftScheduleTests {
  private static func status(
    _ condition: String = "True", checkedAt: String? = Samples.now.rfc3339, generation: Int64 = 3
  ) -> CitusMigrationStatus {
    var status = CitusMigrationStatus()
    var drift = DriftStatus()
    drift.checkedAt = checkedAt
    drift.lastHandledAcceptAt = "accepted"
    status.drift = drift
    status.lastHandledReconcileAt = "handled"
    status.conditions = [
      Condition(
        type: "DriftFree", status: condition, observedGeneration: generation, lastTransitionTime: Samples.now.rfc3339,
        reason: "NoDrift", message: "")
    ]
    return status
  }

  private static func schedule(_ status: CitusMigrationStatus?, after: Duration = .seconds(60)) -> DriftSchedule {
    var policy = DriftPolicy()
    policy.mode = .report
    return DriftSchedule(policy: policy, status: status, now: Samples.now.advanced(by: after))
  }

  private static func isDue(
    _ schedule: DriftSchedule, generation: Int64 = 3, reconcile: String? = "handled", accept: String? = "accepted"
  ) -> Bool {
    schedule.isDue(generation: generation, reconcileToken: reconcile, acceptToken: accept)
  }

  @Test("on its own interval, not at each look")
  func interval() {
    #expect(!Self.isDue(Self.schedule(Self.status(), after: .seconds(599))))
    #expect(Self.isDue(Self.schedule(Self.status(), after: .seconds(600))))
    #expect(Self.isDue(Self.schedule(Self.status(), after: .seconds(-1))), "a clock that was put back")
  }

  @Test("at once when asked, when the spec changed, and where nothing is known")
  func atOnce() {
    let schedule = Self.schedule(Self.status())
    #expect(!Self.isDue(schedule))
    #expect(!Self.isDue(schedule, reconcile: nil, accept: nil))
    #expect(Self.isDue(schedule, reconcile: "new"))
    #expect(Self.isDue(schedule, accept: "new"))
    #expect(Self.isDue(schedule, generation: 4))
    #expect(Self.isDue(Self.schedule(nil)))
    #expect(Self.isDue(Self.schedule(Self.status("Unknown"))))
    #expect(Self.isDue(Self.schedule(Self.status(checkedAt: nil))))
    var scripts = Self.status("False")
    scripts.drift?.objects = [DriftObjectStatus(kind: "script", name: "V1__a.sql", change: "Missing")]
    #expect(Self.isDue(Self.schedule(scripts)))
  }

  @Test("the next look comes in time for it")
  func delay() {
    #expect(Self.schedule(Self.status()).delay(retryInterval: .seconds(30)) == .seconds(540))
    #expect(Self.schedule(Self.status(), after: .seconds(900)).delay(retryInterval: .seconds(30)) == .milliseconds(100))
    #expect(Self.schedule(Self.status(), after: .seconds(-90)).delay(retryInterval: .seconds(30)) == .seconds(600))
    #expect(Self.schedule(Self.status("Unknown")).delay(retryInterval: .seconds(30)) == .seconds(30))
    var off = Self.schedule(Self.status())
    off.policy.mode = .off
    #expect(off.delay(retryInterval: .seconds(30)) == nil)
  }
}
