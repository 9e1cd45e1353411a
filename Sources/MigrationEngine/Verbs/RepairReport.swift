/// What `repair` did.
package struct RepairReport: Sendable {
  /// One row that was changed.
  package struct Entry: Sendable, Equatable {
    /// Empty for repeatable migrations.
    package let version: String
    package let description: String
    /// Where its file lies; empty without one.
    package let filePath: String

    /// An entry from its parts.
    package init(version: String, description: String, filePath: String) {
      self.version = version
      self.description = description
      self.filePath = filePath
    }
  }

  /// Rows of failed migrations, taken out.
  package let removed: [Entry]
  /// Migrations without a file, marked as deleted.
  package let deleted: [Entry]
  /// Rows that follow their files now.
  package let aligned: [Entry]
  /// The bookkeeping as it is now.
  package let snapshot: HistorySnapshot
}
