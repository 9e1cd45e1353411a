internal import Support

extension Announcement {
  /// What a new status tells about drift that the one before did not: that something else differs, that nothing does any
  /// more, that it cannot be told.
  package static func drift(from before: CitusMigrationStatus?, to status: CitusMigrationStatus) -> Announcement? {
    guard let condition = status.condition(.driftFree) else { return nil }
    let known = before?.condition(.driftFree)
    switch condition.status {
    case "False":
      guard known?.status != "False" || before?.drift?.objects != status.drift?.objects else { return nil }
      return Announcement(isWarning: true, condition.reason, action: "Compare", condition.message)
    case "True":
      guard known?.status == "False" else { return nil }
      return Announcement(condition.reason, action: "Compare", condition.message)
    default:
      guard known?.reason != condition.reason else { return nil }
      return Announcement(isWarning: true, condition.reason, action: "Compare", condition.message)
    }
  }
}
