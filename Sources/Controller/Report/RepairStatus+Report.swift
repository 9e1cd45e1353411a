internal import MigrationEngine
internal import Support

extension RepairStatus {
  private static let listed = 5

  /// What a repair did, for people: how many rows, and the first of them by name.
  init(_ report: RepairReport, at now: Timestamp) {
    let parts = [
      Self.text("failed rows removed", report.removed),
      Self.text("rows without a file marked as deleted", report.deleted),
      Self.text("rows aligned with their files", report.aligned),
    ].compactMap(\.self)
    self.init(
      finishedAt: now.rfc3339, outcome: "Succeeded",
      message: "repair: " + (parts.isEmpty ? "nothing to do" : parts.joined(separator: "; ")))
  }

  private static func text(_ what: String, _ entries: [RepairReport.Entry]) -> String? {
    guard !entries.isEmpty else { return nil }
    let names = entries.prefix(listed).map { $0.version.isEmpty ? $0.description : "V\($0.version)" }
    let more = entries.count > listed ? " and \(entries.count - listed) more" : ""
    return "\(what): \(names.joined(separator: ", "))\(more)"
  }
}

extension Announcement {
  /// What is told of a repair.
  init(_ repair: RepairStatus) {
    let isFailed = repair.outcome == "Failed"
    self.init(isWarning: isFailed, isFailed ? "RepairFailed" : "Repaired", action: "Repair", repair.message)
  }
}
