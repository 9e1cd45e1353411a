extension MigrationProblem {
  /// Which problem it is; the names in capitals are Flyway's own error codes (`CoreErrorCode`), the others are ours.
  package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The name, as reports and JSON show it.
    package let rawValue: String

    /// A code of a name.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The name.
    package var description: String { rawValue }
  }
}

// MARK: Flyway's codes

extension MigrationProblem.Code {
  /// A history row of a versioned migration says that it failed.
  package static let failedVersionedMigration = Self(rawValue: "FAILED_VERSIONED_MIGRATION")
  /// A history row of a repeatable migration says that it failed.
  package static let failedRepeatableMigration = Self(rawValue: "FAILED_REPEATABLE_MIGRATION")
  /// Applied, but its file is gone.
  package static let appliedVersionedNotResolved = Self(rawValue: "APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED")
  /// Applied, but its file is gone.
  package static let appliedRepeatableNotResolved = Self(rawValue: "APPLIED_REPEATABLE_MIGRATION_NOT_RESOLVED")
  /// A file that was not applied.
  package static let resolvedVersionedNotApplied = Self(rawValue: "RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED")
  /// A file that was not applied.
  package static let resolvedRepeatableNotApplied = Self(rawValue: "RESOLVED_REPEATABLE_MIGRATION_NOT_APPLIED")
  /// A repeatable migration whose file has changed since its last run.
  package static let outdatedRepeatable = Self(rawValue: "OUTDATED_REPEATABLE_MIGRATION")
  /// Applied as another type than the file has.
  package static let typeMismatch = Self(rawValue: "TYPE_MISMATCH")
  /// The file is not the one that was applied.
  package static let checksumMismatch = Self(rawValue: "CHECKSUM_MISMATCH")
  /// The file's description is not the one that was applied.
  package static let descriptionMismatch = Self(rawValue: "DESCRIPTION_MISMATCH")
  /// Two files of one version.
  package static let duplicateVersioned = Self(rawValue: "DUPLICATE_VERSIONED_MIGRATION")
  /// Two repeatable files of one description.
  package static let duplicateRepeatable = Self(rawValue: "DUPLICATE_REPEATABLE_MIGRATION")
  /// Two undo files of one version.
  package static let duplicateUndo = Self(rawValue: "DUPLICATE_UNDO_MIGRATION")
  /// Two DELETE rows for one applied version.
  package static let duplicateDeleted = Self(rawValue: "DUPLICATE_DELETED_MIGRATION")
  /// The schema holds objects but no history table.
  package static let nonEmptySchema = Self(rawValue: "NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE")
  /// There are files, but the schema of the history table does not exist.
  package static let schemaDoesNotExist = Self(rawValue: "SCHEMA_DOES_NOT_EXIST")
  /// A history that cannot get a baseline.
  package static let failedBaseline = Self(rawValue: "FAILED_BASELINE_MIGRATION")
}

// MARK: Our codes

extension MigrationProblem.Code {
  /// A file name that follows no convention.
  package static let invalidName = Self(rawValue: "INVALID_FILE_NAME")
  /// A script that is not SQL (`.sh`, `.py`, ...), which Flyway would run.
  package static let scriptNotSupported = Self(rawValue: "SCRIPT_MIGRATION_NOT_SUPPORTED")
  /// Two callbacks of one name.
  package static let duplicateCallback = Self(rawValue: "DUPLICATE_CALLBACK")
  /// An applied migration that has no undo file.
  package static let noUndo = Self(rawValue: "NO_UNDO_MIGRATION")
  /// A name in cherryPick that is no migration's.
  package static let cherryPickNotFound = Self(rawValue: "CHERRY_PICK_NOT_FOUND")
  /// A version too long for the history table.
  package static let versionTooLong = Self(rawValue: "VERSION_TOO_LONG")
  /// Two repeatable descriptions that the history table cannot tell apart.
  package static let descriptionTooLong = Self(rawValue: "DESCRIPTION_TOO_LONG")
  /// A file with bytes that belong to no character of its encoding.
  package static let invalidEncoding = Self(rawValue: "INVALID_ENCODING")
  /// A file over the size limit.
  package static let fileTooLarge = Self(rawValue: "FILE_TOO_LARGE")
  /// A `.conf` file that cannot be followed.
  package static let invalidConfiguration = Self(rawValue: "INVALID_SCRIPT_CONFIGURATION")
  /// A `.conf` file without its script.
  package static let orphanedConfiguration = Self(rawValue: "ORPHANED_SCRIPT_CONFIGURATION")
  /// A placeholder without a value or without its end.
  package static let unresolvedPlaceholder = Self(rawValue: "UNRESOLVED_PLACEHOLDER")
  /// A script that cannot be cut into statements.
  package static let unparsableScript = Self(rawValue: "UNPARSABLE_SCRIPT")
  /// A comment behind the last statement that never ends.
  package static let unterminatedComment = Self(rawValue: "UNTERMINATED_COMMENT")
  /// Transactional and non-transactional statements in one script.
  package static let mixedStatements = Self(rawValue: "MIXED_TRANSACTIONAL_STATEMENTS")
  /// Migrations with and without a transaction in one group.
  package static let mixedGroup = Self(rawValue: "MIXED_TRANSACTIONAL_GROUP")
  /// A script whose last statement has a body that is never closed.
  package static let incompleteStatement = Self(rawValue: "INCOMPLETE_STATEMENT")
  /// A statement that starts or ends a transaction inside a script.
  package static let transactionControl = Self(rawValue: "TRANSACTION_CONTROL_IN_MIGRATION")
  /// A directive `backfill` that cannot be followed.
  package static let invalidBackfill = Self(rawValue: "INVALID_BACKFILL")
  /// A history row of a type that is not known.
  package static let unknownHistoryType = Self(rawValue: "UNKNOWN_HISTORY_TYPE")
  /// A history row whose version cannot be read.
  package static let invalidHistoryVersion = Self(rawValue: "INVALID_HISTORY_VERSION")
  /// A setting that cannot be followed.
  package static let invalidSetting = Self(rawValue: "INVALID_SETTING")
  /// A target version that no file and no row has.
  package static let targetNotFound = Self(rawValue: "TARGET_NOT_FOUND")
}

// MARK: As Flyway says it

extension MigrationProblem.Code {
  /// The code that Flyway gives for the same: its own for its own, `CONFIGURATION` for settings, `DB_CONNECTION` for
  /// what only the history table refuses, else `ERROR`.
  package var flywayErrorCode: String {
    if Self.flyways.contains(self) { return rawValue }
    switch self {
    case .invalidSetting, .invalidConfiguration: return "CONFIGURATION"
    case .versionTooLong: return "DB_CONNECTION"
    default: return "ERROR"
    }
  }

  private static let flyways: Set<Self> = [
    .failedVersionedMigration, .failedRepeatableMigration, .appliedVersionedNotResolved, .appliedRepeatableNotResolved,
    .resolvedVersionedNotApplied, .resolvedRepeatableNotApplied, .outdatedRepeatable, .typeMismatch, .checksumMismatch,
    .descriptionMismatch, .duplicateVersioned, .duplicateRepeatable, .duplicateUndo, .duplicateDeleted, .nonEmptySchema,
    .schemaDoesNotExist,
  ]
}

extension MigrationProblem {
  /// The code that Flyway gives for the same; what cannot be cut into statements fails there at the server.
  package var flywayErrorCode: String {
    guard code == .unparsableScript || code == .mixedGroup else { return code.flywayErrorCode }
    return (version == nil ? Code.failedRepeatableMigration : .failedVersionedMigration).rawValue
  }
}
