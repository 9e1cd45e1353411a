internal import MigrationCore
internal import Postgres

// The journal of a migration outside a transaction: `execution_time` of its row, while that says `success` false.
extension SchemaHistory {
  /// What a row says about the migration that it stands for.
  enum Record: Equatable {
    /// There is no such row.
    case absent
    case succeeded
    case interrupted(Resumption)
    /// It failed for good.
    case failed
  }

  /// Notes how far a migration has come.
  /// - Returns: false if its row is gone, or no longer says that the migration is under way.
  func note(_ resumption: Resumption) async throws(PostgresError) -> Bool {
    try await connection.execute(notation(of: resumption)).affectedRows == 1
  }

  /// The statement that notes how far a migration has come; also what a person is given to send.
  func notation(of resumption: Resumption) -> String {
    "UPDATE \(table) SET execution_time = \(resumption.executionTime) WHERE installed_rank = \(resumption.rank) "
      + "AND NOT success"
  }

  /// Reads the row of a script back.
  func record(of row: HistoryRow) async throws(PostgresError) -> Record {
    let result = try await connection.execute(
      """
      SELECT "execution_time", "success" FROM \(table)
      WHERE "installed_rank" = \(row.installedRank) AND "script" = \(SQLText.literal(row.script))
      """)
    guard let found = result.rows.first else { return .absent }
    if found["success"] == "t" { return .succeeded }
    let time = found["execution_time"].flatMap { Int($0) } ?? 0
    return Resumption(rank: row.installedRank, executionTime: time).map { .interrupted($0) } ?? .failed
  }
}
