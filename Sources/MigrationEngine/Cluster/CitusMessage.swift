internal import Postgres

/// What Citus says in texts only: most of its errors have the SQLSTATE `XX000`, passing and lasting ones alike.
///
/// Files are those of citus/src/backend/distributed, seen in 13.2.2.
enum CitusMessage {
  /// Whether a node was lost, was not ready, or was busy with a shard move: the same may work later.
  ///
  /// `connection to the remote node ...`, `could not establish any connections to the node ...` and the like are of
  /// class 08 and need no text.
  static func isPassing(_ error: ServerDiagnostics) -> Bool {
    isBusy(error) || isLostNode(error) || isUnreadyNode(error)
  }

  /// Whether another operation stood in the way and trying the transaction again is all it takes.
  ///
  /// - `could not acquire the lock required to ...`: operations/shard_rebalancer.c, `AcquirePlacementColocationLock`;
  ///   operations/shard_transfer.c.
  /// - `tuple concurrently updated`: PostgreSQL's heapam.c, when two sessions change one catalogue row.
  static func isBusy(_ error: ServerDiagnostics) -> Bool {
    guard error.sqlState == .internalError else { return false }
    return error.message.hasPrefix("could not acquire the lock required to ")
      || error.message == "tuple concurrently updated" || error.message == "tuple concurrently deleted"
  }

  // - `failed to COPY to shard ...`, `failed to complete COPY on ...` (58030): commands/multi_copy.c.
  // - `failure on connection marked as essential: ...`, `failed to prepare transaction ...`:
  //   transaction/remote_transaction.c.
  // - any text of libpq with CONTEXT `while executing command on host:port`: connection/remote_commands.c,
  //   `ReportResultError`, which falls back to the connection's own message where the node answered nothing.
  private static func isLostNode(_ error: ServerDiagnostics) -> Bool {
    if error.sqlState.rawValue == "58030" {
      return error.message.hasPrefix("failed to COPY to shard ")
        || error.message.hasPrefix("failed to complete COPY on ")
    }
    guard error.sqlState == .internalError else { return false }
    if error.message.hasPrefix("failure on connection marked as essential: ")
      || error.message.hasPrefix("failed to prepare transaction '")
    {
      return true
    }
    guard let context = error.context, context.contains("while executing command on ") else { return false }
    return brokenConnections.contains { error.message.contains($0) }
  }

  // libpq: fe-misc.c, fe-exec.c, fe-secure.c, fe-secure-openssl.c.
  private static let brokenConnections = [
    "server closed the connection unexpectedly", "SSL SYSCALL error", "SSL connection has been closed unexpectedly",
    "SSL error: unexpected eof", "could not receive data from server", "could not send data to server",
    "no connection to the server", "connection not open", "invalid socket",
  ]

  // - `host:port is a metadata node, but is out of sync` (55000): transaction/worker_transaction.c.
  // - `replication_factor (1) exceeds number of worker nodes (0)` (22023): operations/create_shards.c.
  // - `no worker nodes are available for placing shards`: commands/create_distributed_table.c.
  private static func isUnreadyNode(_ error: ServerDiagnostics) -> Bool {
    error.message.hasSuffix(" is a metadata node, but is out of sync")
      || error.message.hasPrefix("replication_factor (") && error.message.contains(") exceeds number of worker nodes")
      || error.message == "no worker nodes are available for placing shards"
  }
}

extension PostgresError {
  /// The same error, transient also where only Citus's text tells.
  var judgedByCitus: PostgresError {
    guard let server, code == .server, !isTransient, CitusMessage.isPassing(server) else { return self }
    var error = self
    error.isTransient = true
    return error
  }

  /// The same error as one that must not be retried: what failed outside a transaction is not undone.
  var withoutRetry: PostgresError {
    var error = self
    error.isTransient = false
    return error
  }

  /// Whether a lock or a deadlock was the reason, so that the whole transaction may simply be tried again.
  var isLockFailure: Bool {
    guard code == .server, let sqlState else { return false }
    if [.lockNotAvailable, .deadlockDetected, .serializationFailure].contains(sqlState) { return true }
    return server.map(CitusMessage.isBusy) ?? false
  }
}

extension Notice {
  /// Whether the server meant a warning rather than information.
  var isWarning: Bool { severity == "WARNING" }

  /// Citus: `"view v" has dependency to "table l" that is not in Citus' metadata`, DETAIL `... will be created only
  /// locally` (metadata/dependency.c).
  var announcesLocalOnlyObject: Bool { detail?.contains("will be created only locally") ?? false }

  /// Citus: `failed to commit transaction on host:port`; the statement succeeded, a worker's part is still prepared
  /// (transaction/remote_transaction.c).
  var announcesUnfinishedCommit: Bool { message.contains("failed to commit transaction on") }
}
