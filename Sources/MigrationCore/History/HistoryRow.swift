package import Support

/// One row of Flyway's history table, column by column.
package struct HistoryRow: Sendable, Hashable {
  /// The order in which rows were written.
  package var installedRank: Int
  /// Nil for repeatable migrations and schema markers.
  package var version: String?
  /// At most 200 characters.
  package var description: String
  /// See `HistoryType`; kept as text, for rows of other editions.
  package var type: String
  /// The path below its location, at most 1000 characters.
  package var script: String
  /// Nil for markers.
  package var checksum: Int32?
  /// Who applied it.
  package var installedBy: String
  /// When, as the server writes it.
  package var installedOn: String
  /// In milliseconds.
  package var executionTime: Int
  /// False if a non-transactional migration failed or never reported its end.
  package var success: Bool
  /// `installedOn` as a moment, by the time zone of the session that read it; nil for a row that was not read.
  ///
  /// The column has no time zone: it holds what the clock showed in the session that wrote it.
  package var installedAt: Timestamp?

  /// A row from its columns.
  package init(
    installedRank: Int, version: String?, description: String, type: String, script: String, checksum: Int32?,
    installedBy: String, installedOn: String, executionTime: Int, success: Bool
  ) {
    self.installedRank = installedRank
    self.version = version
    self.description = description
    self.type = type
    self.script = script
    self.checksum = checksum
    self.installedBy = installedBy
    self.installedOn = installedOn
    self.executionTime = executionTime
    self.success = success
  }

  /// The rank of the next row: one more than the highest; in an empty table 0 for a schema marker, else 1.
  package static func nextInstalledRank(after history: [HistoryRow], type: HistoryType = .sql) -> Int {
    guard let last = history.map(\.installedRank).max() else { return type == .schema ? 0 : 1 }
    return last + 1
  }
}
