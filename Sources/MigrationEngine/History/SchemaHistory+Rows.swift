internal import MigrationCore
internal import Postgres
internal import Support

extension SchemaHistory {
  /// The statement that reads a history table by rank.
  static func selection(of table: String) -> String {
    """
    SELECT installed_rank, version, description, type, script, checksum, installed_by,
      to_char(installed_on, 'YYYY-MM-DD HH24:MI:SS.US') AS installed_on, execution_time, success,
      CASE WHEN isfinite(installed_on)
        THEN (extract(epoch FROM installed_on::timestamptz) * 1000000)::bigint END AS installed_at
    FROM \(table) ORDER BY installed_rank
    """
  }

  /// A row as that statement answers it.
  static func row(_ row: Row) -> HistoryRow {
    var read = HistoryRow(
      installedRank: row["installed_rank"].flatMap { Int($0) } ?? 0, version: row["version"],
      description: row["description"] ?? "", type: row["type"] ?? "", script: row["script"] ?? "",
      checksum: row["checksum"].flatMap { Int32($0) }, installedBy: row["installed_by"] ?? "",
      installedOn: row["installed_on"] ?? "", executionTime: row["execution_time"].flatMap { Int($0) } ?? 0,
      success: row["success"] == "t")
    read.installedAt = row["installed_at"].flatMap { Int64($0) }.map { Timestamp(microseconds: $0) }
    return read
  }
}
