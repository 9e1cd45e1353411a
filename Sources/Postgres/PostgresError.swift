/// Why something asked of PostgreSQL did not happen.
package struct PostgresError: Error, Sendable, Equatable {
  /// The kind of failure; more kinds may come, so a switch over it needs a default.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case connectionFailed, connectionLost, timedOut, authenticationFailed, server, cancelled, busy, closed
      case invalidParameters, resultTooLarge
    }

    private let kind: Kind

    /// No connection came about.
    package static let connectionFailed = Code(kind: .connectionFailed)
    /// An established connection broke; whether the statement took effect is not known.
    package static let connectionLost = Code(kind: .connectionLost)
    /// No connection came about in time.
    package static let timedOut = Code(kind: .timedOut)
    /// The server refused user, password or address (class 28).
    package static let authenticationFailed = Code(kind: .authenticationFailed)
    /// The server answered a statement with an error.
    package static let server = Code(kind: .server)
    /// The task was cancelled; the connection is usable.
    package static let cancelled = Code(kind: .cancelled)
    /// Another statement runs; not thrown today, since statements queue.
    package static let busy = Code(kind: .busy)
    /// The connection was closed from this side.
    package static let closed = Code(kind: .closed)
    /// What was asked cannot be sent.
    package static let invalidParameters = Code(kind: .invalidParameters)
    /// The result exceeds the caller's limit; the connection is usable.
    package static let resultTooLarge = Code(kind: .resultTooLarge)

    /// The name of the code.
    package var description: String { kind.rawValue }
  }

  /// The kind of failure.
  package var code: Code
  /// What happened and what to do next, in one text without secrets.
  package var message: String
  /// What the server said, where it said something.
  package var server: ServerDiagnostics?
  /// The SQLSTATE, also where only that is known, as when a connection is refused.
  package var sqlState: SQLState?
  /// `host:port/database`.
  package var target: String?
  /// Whether the same request may well succeed later without anybody's help.
  package var isTransient: Bool
  /// How many statements of the message the server had answered with success before.
  package var completed = 0

  /// Makes an error; whether it is transient follows from the SQLSTATE unless it is given.
  package init(
    code: Code, message: String, server: ServerDiagnostics? = nil, sqlState: SQLState? = nil, target: String? = nil,
    isTransient: Bool? = nil
  ) {
    self.code = code
    self.message = message
    self.server = server
    self.sqlState = sqlState ?? server?.sqlState
    self.target = target
    self.isTransient = isTransient ?? (code == .connectionLost || self.sqlState?.isTransient == true)
  }
}

extension PostgresError: CustomStringConvertible {
  /// Code, SQLSTATE, message and target; never the detail, which may quote data.
  package var description: String {
    var text = "\(code)"
    if let sqlState {
      text += " \(sqlState)"
    }
    text += ": \(message)"
    if let target {
      text += " (\(target))"
    }
    return text
  }
}
