internal import MigrationEngine

/// What a person reads of a backfill's progress.
enum BackfillLine {
  /// `app.events: 120000 of about 2500000 rows, pass 1, shard 102010`.
  static func text(_ progress: BackfillProgress) -> String {
    text(
      table: progress.table, rows: progress.rows, estimated: progress.estimated, position: progress.position)
  }

  static func text(table: String, rows: Int, estimated: Int?, position: String) -> String {
    let whole = estimated.flatMap { $0 >= rows ? " of about \($0)" : nil } ?? ""
    return "\(table): \(rows)\(whole) rows, \(position)"
  }
}
