internal import MigrationCore
package import MigrationEngine
internal import Support

/// Chooses which events of a run are told: a value, one per run.
///
/// Each applied migration up to a bound, then their number: a first run of a thousand migrations is no thousand Events.
package struct RunAnnouncements: Sendable {
  private static let listed = 20
  private var applied = 0
  private var last: String?

  /// Of a run that begins.
  package init() {}

  /// What is told of what happened next.
  package mutating func fold(_ event: RunEvent) -> Announcement? {
    switch event {
    case .applied(let step, let milliseconds):
      applied += 1
      last = step.script.script
      guard applied <= Self.listed else { return nil }
      return Announcement(
        "MigrationApplied", action: "Apply", "applied \(step.script.script) in \(milliseconds) ms")
    case .resuming(let step, let done):
      let statements = "\(done) statement\(done == 1 ? " was" : "s were")"
      return Announcement(
        "RunResumed", action: "Apply",
        "\(step.script.script) goes on where an earlier run was interrupted: \(statements) done")
    case .rebuilding(let step, let index):
      return Announcement(
        "IndexRebuilt", action: "Apply",
        "\(step.script.script): the index \(index) was left behind half built; it is dropped and built again")
    case .endingHolder(let holder):
      return Announcement(
        "LockHolderEnded", action: "Lock",
        "backend \(holder.pid) (\(holder.application ?? "?")) of an earlier run still held the lock of the migrations and is "
          + "ended")
    default:
      return nil
    }
  }

  /// What is told when the run has ended well.
  package func succeeded(version: String?, took: Duration) -> [Announcement] {
    guard applied > 0 else { return [] }
    let version = version.map { ", current version \($0)" } ?? ""
    let count = "\(applied) migration\(applied == 1 ? "" : "s")"
    return rest + [
      Announcement("RunSucceeded", action: "Apply", "applied \(count) in \(DurationText.format(took))\(version)")
    ]
  }

  /// What is told when it has ended otherwise; why is told by the status that follows.
  package func stopped() -> [Announcement] { rest }

  private var rest: [Announcement] {
    guard applied > Self.listed, let last else { return [] }
    return [
      Announcement(
        "MigrationApplied", action: "Apply", "applied \(applied - Self.listed) more migrations, the last \(last)")
    ]
  }
}
