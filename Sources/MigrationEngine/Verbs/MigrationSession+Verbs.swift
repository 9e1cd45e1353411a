internal import MigrationCore

// The verbs of Flyway besides `migrate`, which is `run`.
extension MigrationSession {
  /// Takes back the last versioned migration by its undo file, or with a target all of them down to it.
  ///
  /// Under the lock, like `run`. Flyway sells it; the rules are those of its documentation.
  /// - Throws: as `run`.
  package func undo(_ request: RunRequest) async throws(EngineError) -> RunSummary {
    try await whileLocked(request) { lock throws(EngineError) in
      try await UndoRun(self, request, lock).perform()
    }
  }

  /// Compares files and history, changes nothing and takes no lock; problems are no error here.
  /// - Throws: `callbackFailed`, `connection`, `historyUnreadable`.
  package func info(_ request: RunRequest) async throws(EngineError) -> HistoryReport {
    try await Inquiry(session: self, request: request).info()
  }

  /// Compares files and history, says what differs, takes no lock; findings are no error.
  /// - Throws: `validationFailed` where files, history or target cannot be followed at all; as `info`.
  package func validate(_ request: RunRequest) async throws(EngineError) -> ValidationReport {
    try await Inquiry(session: self, request: request).validate()
  }

  /// Makes the history agree with the files: failed rows go, rows without a file are marked, the others follow theirs.
  ///
  /// The lock is taken only where there is something to do. Flyway takes none; but here a migration outside a
  /// transaction has a failed row while it runs, which must not go.
  /// - Throws: as `validate`; `databaseLocked`.
  package func repair(_ request: RunRequest) async throws(EngineError) -> RepairReport {
    try await RepairRun(session: self, request: request).perform()
  }

  /// Starts a history for a database that was made by other means, under the lock.
  /// - Throws: `refused` where there is a history that cannot have it; as `run`.
  package func baseline(_ request: RunRequest) async throws(EngineError) -> BaselineReport {
    try await whileLocked(request) { _ throws(EngineError) in
      try await BaselineRun(session: self, request: request).perform()
    }
  }

  /// Drops everything in the configured schemas, under the lock, unless `cleanDisabled` forbids it.
  /// - Throws: `refused` when it is disabled; `connection` when something cannot be dropped; as `run`.
  package func clean(_ request: RunRequest) async throws(EngineError) -> CleanReport {
    guard !request.settings.cleanDisabled else {
      throw EngineError(
        .refused, "clean would drop everything and is disabled; set cleanDisabled to false if that is what is wanted")
    }
    return try await whileLocked(request) { _ throws(EngineError) in
      try await CleanRun(session: self, request: request).perform()
    }
  }
}
