internal import MigrationCore

// The verbs of Flyway besides `migrate`, which is `run`.
extension MigrationSession {
  /// Takes back the last versioned migration by its undo file, or all down to `target`.
  package func undo(_ request: RunRequest) async throws(EngineError) -> RunSummary {
    throw EngineError(.refused, "undo is being written")
  }

  /// Compares files and history, changes nothing.
  /// - Throws: `connection`, `historyUnreadable`.
  package func info(_ request: RunRequest) async throws(EngineError) -> HistoryReport {
    let snapshot = try await readHistory(request.settings)
    let overview = MigrationOverview(set: request.scripts, history: snapshot.rows, settings: request.settings)
    return HistoryReport(
      snapshot: snapshot, overview: overview, problems: request.scripts.problems + overview.problems)
  }

  /// Compares files and history, and says what differs; findings are no error.
  /// - Throws: `validationFailed` where files or target cannot be followed at all; `connection`, `historyUnreadable`.
  package func validate(_ request: RunRequest) async throws(EngineError) -> ValidationReport {
    throw EngineError(.refused, "validate is being written")
  }

  /// Makes the history agree with the files.
  package func repair(_ request: RunRequest) async throws(EngineError) -> RepairReport {
    throw EngineError(.refused, "repair is being written")
  }

  /// Starts a history for a database that was made by other means.
  package func baseline(_ request: RunRequest) async throws(EngineError) -> BaselineReport {
    throw EngineError(.refused, "baseline is being written")
  }

  /// Drops everything in the configured schemas.
  package func clean(_ request: RunRequest) async throws(EngineError) -> CleanReport {
    throw EngineError(.refused, "clean is being written")
  }
}
