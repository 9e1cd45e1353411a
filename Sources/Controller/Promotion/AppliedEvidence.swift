package import MigrationCore
package import Support

/// What a status tells of the migrations that are in effect, for environments that come after: pure.
package enum AppliedEvidence {
  /// How many are listed, the latest.
  ///
  /// With some 170 bytes each, far below what an object may hold. What is left out opens no gate.
  package static let listed = 256

  /// The evidence from files and history side by side, oldest first.
  package static func of(_ migrations: [MigrationInfo]) -> [AppliedStatus] {
    let inEffect: Set<MigrationState> = [.success, .outOfOrder, .outdated, .missingSuccess, .futureSuccess]
    let applied = migrations.filter { info in
      info.row?.success == true && inEffect.contains(info.state) && ["Versioned", "Repeatable"].contains(info.category)
    }
    return applied.sorted { ($0.row?.installedRank ?? 0) < ($1.row?.installedRank ?? 0) }.suffix(listed).map(entry)
  }

  private static func entry(_ info: MigrationInfo) -> AppliedStatus {
    let checksum = info.row?.checksum
    // A file that is another one by now proves nothing.
    let sha256 = info.script.flatMap { checksum != nil && $0.matches(checksum: checksum) ? $0.sha256 : nil }
    return AppliedStatus(
      version: info.row?.version, description: info.row?.version == nil ? info.row?.description : nil,
      checksum: checksum.map(Int64.init), sha256: sha256, appliedAt: info.row?.installedAt?.rfc3339)
  }

  /// The evidence of now, after what was told before: the file that was seen first with a row stays the one that was
  /// applied, and a checksum that changed in place (by a repair) counts as applied when that was seen.
  package static func merged(
    _ applied: [AppliedStatus], after before: [AppliedStatus]?, now: Timestamp
  ) -> [AppliedStatus] {
    let known = Dictionary((before ?? []).map { (Key($0), $0) }) { $1 }
    return applied.map { entry in
      guard let old = known[Key(entry)], let then = old.appliedAt.flatMap({ Timestamp(rfc3339: $0) }),
        let since = entry.appliedAt.flatMap({ Timestamp(rfc3339: $0) }), since <= then
      else { return entry }
      var entry = entry
      guard old.checksum == entry.checksum else {
        entry.appliedAt = now.rfc3339
        return entry
      }
      entry.appliedAt = old.appliedAt
      entry.sha256 = old.sha256 ?? entry.sha256
      return entry
    }
  }

  private struct Key: Hashable {
    let version: String?
    let description: String?

    init(_ entry: AppliedStatus) {
      version = entry.version
      description = entry.description
    }
  }
}
