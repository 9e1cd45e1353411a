/// A SQLSTATE: five characters, of which the first two are the class (PostgreSQL documentation, appendix A).
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The five characters, such as `42P01`.
  package let rawValue: String

  /// Takes any text: a server may send a state that no table lists.
  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The first two characters, such as `42`.
  package var `class`: String {
    String(rawValue.prefix(2))
  }

  /// The five characters.
  package var description: String { rawValue }
}

extension SQLState {
  /// `00000`: success.
  package static let successfulCompletion = SQLState(rawValue: "00000")
  /// `08006`: the connection broke.
  package static let connectionFailure = SQLState(rawValue: "08006")
  /// `23505`: a unique constraint was violated.
  package static let uniqueViolation = SQLState(rawValue: "23505")
  /// `25001`: the statement cannot run inside a transaction block.
  package static let activeSQLTransaction = SQLState(rawValue: "25001")
  /// `25006`: the transaction is read-only, as on a standby.
  package static let readOnlySQLTransaction = SQLState(rawValue: "25006")
  /// `25P02`: the transaction has failed; only ROLLBACK is heard.
  package static let inFailedSQLTransaction = SQLState(rawValue: "25P02")
  /// `28000`: the server's rules (pg_hba.conf) refuse this user, database or address.
  package static let invalidAuthorizationSpecification = SQLState(rawValue: "28000")
  /// `28P01`: wrong password.
  package static let invalidPassword = SQLState(rawValue: "28P01")
  /// `3D000`: no such database.
  package static let invalidCatalogName = SQLState(rawValue: "3D000")
  /// `3F000`: no such schema.
  package static let invalidSchemaName = SQLState(rawValue: "3F000")
  /// `40001`: the transaction lost against a concurrent one.
  package static let serializationFailure = SQLState(rawValue: "40001")
  /// `40P01`: the transaction was chosen to break a deadlock.
  package static let deadlockDetected = SQLState(rawValue: "40P01")
  /// `42501`: the role lacks a privilege.
  package static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// `42601`: syntax error.
  package static let syntaxError = SQLState(rawValue: "42601")
  /// `42710`: an object of that name exists.
  package static let duplicateObject = SQLState(rawValue: "42710")
  /// `42883`: no such function.
  package static let undefinedFunction = SQLState(rawValue: "42883")
  /// `42P01`: no such table.
  package static let undefinedTable = SQLState(rawValue: "42P01")
  /// `42P06`: a schema of that name exists.
  package static let duplicateSchema = SQLState(rawValue: "42P06")
  /// `42P07`: a table of that name exists.
  package static let duplicateTable = SQLState(rawValue: "42P07")
  /// `53300`: no connection slot is free.
  package static let tooManyConnections = SQLState(rawValue: "53300")
  /// `55P03`: a lock was not granted in time.
  package static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// `57014`: the statement was cancelled, by a request or by `statement_timeout`.
  package static let queryCanceled = SQLState(rawValue: "57014")
  /// `57P01`: an administrator ended the session.
  package static let adminShutdown = SQLState(rawValue: "57P01")
  /// `57P02`: another backend crashed, all sessions end.
  package static let crashShutdown = SQLState(rawValue: "57P02")
  /// `57P03`: the server is starting up, shutting down or recovering.
  package static let cannotConnectNow = SQLState(rawValue: "57P03")
  /// `XX000`: internal error; Citus uses it for most of its own errors.
  package static let internalError = SQLState(rawValue: "XX000")

  /// Whether the same request may well succeed later without anybody's help.
  ///
  /// Transient: class 08 (connection), class 57P0x except a dropped database, too many connections, serialization failure, deadlock,
  /// lock not available, read-only transaction (a failover in progress). Never `XX000`: Citus uses it for passing and
  /// for lasting errors alike, so the text must decide, which is the engine's task.
  package var isTransient: Bool {
    if self.class == "08" {
      return true
    }
    return Self.transient.contains(self)
  }

  private static let transient: Set<SQLState> = [
    .adminShutdown, .crashShutdown, .cannotConnectNow, .tooManyConnections, .serializationFailure, .deadlockDetected,
    .lockNotAvailable, .readOnlySQLTransaction,
  ]
}
