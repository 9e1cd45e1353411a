internal import Postgres

/// Why a step went no further, before it is told as an `EngineError`.
enum StepStop: Error {
  /// The server or the connection; the `ScriptPlace` says where.
  case server(PostgresError)
  /// The commit failed, or nobody knows whether it did.
  case commit(PostgresError)
  /// Citus announced that an object would exist on the coordinator only.
  case localOnly(Notice)
  /// The script ended the transaction that it shares with its history row.
  case transactionEnded
  /// A program did not do what it was to do.
  case program(ProgramResult)
  /// The right to apply was lost.
  case refused(EngineError)
  /// A person must say what became of an interrupted statement.
  case undecided(Undecided)
}
