extension Announcement {
  /// What a new status tells of gates that the one before did not: an approval, a bypass, and that they opened; that they
  /// closed where nothing else tells it, because the resource is Ready all the same.
  package static func gates(from before: CitusMigrationStatus?, to status: CitusMigrationStatus) -> [Announcement] {
    var told: [Announcement] = []
    if let bypass = status.bypass, bypass.digest != before?.bypass?.digest {
      told.append(
        Announcement(
          isWarning: true, "GatesBypassed", action: "Promote",
          "the annotation whimbrel.dev/bypass-gates opens all gates for the plan with the digest \(bypass.digest)"
            + who(bypass)))
    }
    if let approval = status.approval, approval.digest != before?.approval?.digest {
      told.append(
        Announcement(
          "Approved", action: "Promote", "the plan with the digest \(approval.digest) is approved\(who(approval))"))
    }
    if let approval = before?.approval, status.approval == nil {
      told.append(
        Announcement(
          "ApprovalVoid", action: "Promote",
          "the approval of the plan with the digest \(approval.digest) counts no longer: it was taken back, or the plan "
            + "is another one"))
    }
    let was = before?.gate
    let held = Reason.upToDateWithHeldMigrations.rawValue
    if let gate = status.gate, status.condition(.ready)?.reason == held,
      gate.reason != was?.reason || before?.condition(.ready)?.reason != held
    {
      told.append(Announcement("GateClosed", action: "Promote", gate.message))
    }
    if let was, status.gate == nil {
      told.append(Announcement("GateOpened", action: "Promote", "open again after \(was.reason)"))
    }
    return told
  }

  // Nobody has checked it.
  private static func who(_ approval: ApprovalStatus) -> String { approval.by.map { ", by '\($0)' as it says" } ?? "" }
}
