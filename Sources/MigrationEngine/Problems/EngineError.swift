package import MigrationCore
package import Postgres

/// Why the engine could not do what it was asked: what happened, where, and what to do next.
package struct EngineError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case connection, databaseLocked, validationFailed, refused, migrationFailed, localOnlyObjects, transactionEnded
      case commitUnconfirmed, preparedTransactions, lockTimedOut, cancelled, historyUnreadable
      case pooled, callbackFailed, recordingFailed, schemaMissing, undecided, remnants
    }

    private let value: Value

    private init(_ value: Value) {
      self.value = value
    }

    /// The database could not be reached, refused the login, or the connection broke; `cause` says which.
    package static let connection = Code(.connection)
    /// Another session holds Flyway's advisory lock.
    package static let databaseLocked = Code(.databaseLocked)
    /// History and scripts do not agree, or a script cannot be run as it is; `problems` lists all of it.
    package static let validationFailed = Code(.validationFailed)
    /// The database is in a state in which nothing may be applied (a non-empty schema without history, say).
    package static let refused = Code(.refused)
    /// The schema of the history table is not there and is not to be created.
    package static let schemaMissing = Code(.schemaMissing)
    /// A statement failed; `failure` says where.
    package static let migrationFailed = Code(.migrationFailed)
    /// Citus announced that an object would exist on the coordinator only; rolled back.
    package static let localOnlyObjects = Code(.localOnlyObjects)
    /// The script ended the transaction that it and its history row share.
    package static let transactionEnded = Code(.transactionEnded)
    /// The connection broke while committing; the history tells at the next look.
    package static let commitUnconfirmed = Code(.commitUnconfirmed)
    /// A worker has not yet committed its part of a distributed transaction.
    package static let preparedTransactions = Code(.preparedTransactions)
    /// Locks were not granted in time, as often as `lockRetries` allows.
    package static let lockTimedOut = Code(.lockTimedOut)
    /// The run was cancelled; what was under way was rolled back.
    package static let cancelled = Code(.cancelled)
    /// The history table has a shape that is not Flyway's.
    package static let historyUnreadable = Code(.historyUnreadable)
    /// A pooler hands the session's statements to changing server sessions: there the migration lock means nothing.
    package static let pooled = Code(.pooled)
    /// A callback failed; `failure` says where.
    package static let callbackFailed = Code(.callbackFailed)
    /// The migration went well, its history row could not be written; rolled back with it where it could be.
    package static let recordingFailed = Code(.recordingFailed)
    /// Nothing tells whether a statement outside a transaction was done; the message has the commands that say it.
    package static let undecided = Code(.undecided)
    /// A worker still works for a session that has ended.
    package static let remnants = Code(.remnants)

    package var description: String { value.rawValue }
  }

  package let code: Code
  package let message: String
  /// What was found wrong before anything ran, for `validationFailed`.
  package var problems: [ValidationProblem] = []
  /// The failed statement, for `migrationFailed` and its like.
  package var failure: StepFailure?
  package var cause: PostgresError?
  /// Whether `problems` are what validation found, and not what keeps it from being done.
  var isOfValidation = false

  /// Makes an error.
  package init(
    _ code: Code, _ message: String, problems: [ValidationProblem] = [], failure: StepFailure? = nil,
    cause: PostgresError? = nil
  ) {
    self.code = code
    self.message = message
    self.problems = problems
    self.failure = failure
    self.cause = cause
  }

  /// Whether the same may work later without anybody's doing.
  package var isTransient: Bool {
    switch code {
    case .databaseLocked, .commitUnconfirmed, .preparedTransactions, .lockTimedOut, .cancelled, .remnants: true
    case .connection, .migrationFailed, .callbackFailed, .recordingFailed: cause?.isTransient ?? false
    default: false
    }
  }

  package var description: String { message }

  /// An error of the connection: lost, refused, or cancelled.
  init(connection error: PostgresError, while doing: String) {
    let code: Code = error.code == .cancelled ? .cancelled : .connection
    self.init(code, "\(doing): \(error.message)", cause: error.judgedByCitus)
  }
}
