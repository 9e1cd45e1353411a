package import MigrationEngine

extension BackfillStatus {
  /// The part of a backfill's progress that the status shows.
  package init(_ progress: BackfillProgress) {
    self.init(
      table: String(progress.table.prefix(256)), rowsDone: Int64(progress.rows),
      rowsEstimated: progress.estimated.map { Int64(max($0, progress.rows)) },
      position: String(progress.position.prefix(256)))
  }
}
