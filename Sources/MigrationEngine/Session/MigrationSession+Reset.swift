internal import MigrationCore
internal import Postgres
internal import Support

extension MigrationSession {
  /// Takes back what earlier scripts have set for the session, and lets unqualified names mean the history's schema.
  ///
  /// - Parameter isCitusTransaction: Whether there is a transaction, and Citus may follow what is set in it.
  /// - Returns: whether the extension citus is there now; a migration may have created it.
  func reset(
    _ settings: MigrationSettings, isCitusTransaction: Bool = false
  ) async throws(PostgresError) -> Bool {
    let statements = Self.keepingFromWorkers(isCitus: isCitusTransaction) + preparation(settings)
    let result = try await connection.execute(statements.joined(separator: "; "))
    return result.rows.first?["citus"] == "t"
  }

  /// The statements that do that; the last answers in one row whether citus is there, and what else is asked.
  func preparation(_ settings: MigrationSettings, asking questions: [String] = []) -> [String] {
    let path = (name: "search_path", value: original.searchPath(leading: defaultSchema(settings)))
    let calls = ([path] + original.settings).map { setting in
      "pg_catalog.set_config(\(SQLText.literal(setting.name)), \(SQLText.literal(setting.value)), false)"
    }
    let isCitus = "EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') AS citus"
    return takingOriginalRole + ["RESET ALL", "SELECT " + ([isCitus] + questions + calls).joined(separator: ", ")]
  }

  /// Takes back what a script did by `SET ROLE` and `SET SESSION AUTHORIZATION`; `RESET ROLE` restores the role of
  /// `ALTER ROLE ... SET role`, which the statement before it drops.
  var takingOriginalRole: [String] {
    ["RESET SESSION AUTHORIZATION", original.role.map { "SET ROLE \(SQLText.identifier($0))" } ?? "RESET ROLE"]
  }

  /// Takes it back.
  func becomeOriginalRole() async throws(PostgresError) {
    try await connection.execute(takingOriginalRole.joined(separator: "; "))
  }

  /// What comes first in a message that sets or resets something in a transaction: Citus would repeat the text of the whole
  /// message on the workers for each of its statements (variableset.c, PostprocessVariableSetStmt).
  static func keepingFromWorkers(isCitus: Bool) -> [String] {
    isCitus ? ["SET LOCAL citus.propagate_set_commands = 'none'"] : []
  }

  /// What a transaction starts with, message by message; as Citus repeats each, `BEGIN` is not with the settings there.
  static func transactionStart(
    _ execution: ExecutionSettings, begin: String = "BEGIN", isCitus: Bool, isSequential: Bool
  ) -> [[String]] {
    let settings = transactionSettings(execution, isCitus: isCitus, isSequential: isSequential)
    return isCitus ? [[begin], settings] : [[begin] + settings]
  }

  /// What is set for a transaction.
  ///
  /// `citus.propagate_set_commands` comes first, so that the timeouts reach the workers: Citus repeats SET LOCAL at the
  /// start of each worker's transaction (remote_transaction.c, StartRemoteTransactionBegin).
  static func transactionSettings(_ execution: ExecutionSettings, isCitus: Bool, isSequential: Bool) -> [String] {
    var statements: [String] = []
    if isCitus {
      statements.append("SET LOCAL citus.propagate_set_commands = 'local'")
    }
    statements.append("SET LOCAL lock_timeout = '\(execution.lockTimeout.wholeMilliseconds)ms'")
    statements.append("SET LOCAL statement_timeout = '\(execution.statementTimeout.wholeMilliseconds)ms'")
    if isCitus, isSequential {
      statements.append("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
    }
    return statements
  }
}
