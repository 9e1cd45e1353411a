internal import Postgres

/// What is on the nodes of Citus for sessions of this coordinator that have ended: sessions still at work, and prepared
/// transactions not yet settled.
///
/// A backend that Citus opens on a node says in `application_name` for whom it works: `citus_internal gpid=N`, where N is
/// the number of the node (10^10 times that) and the process there (connection/connection_management.c, backend_data.c).
/// When the coordinator's process is killed, such a backend goes on with its statement until it has something to say.
///
/// A prepared transaction is named `citus_<group>_<process>_<transaction>_<connection>` after the session that began it
/// (transaction/remote_transaction.c, `Assign2PCIdentifier`).
struct NodeRemnants: Sendable, Equatable {
  /// The `application_name`s of the sessions; one whose session ended in order a moment ago may be among them: look
  /// twice.
  var sessions: Set<String> = []
  /// The names of the prepared transactions.
  ///
  /// They are all only where `sessions` is empty: one still at work may prepare more.
  var transactions: Set<String> = []

  private static let nodeFactor: Int64 = 10_000_000_000

  /// What of that which the nodes have belongs to no process of this coordinator; sessions of other nodes are theirs to
  /// judge.
  /// - Parameters:
  ///   - node: the coordinator's number in global process numbers; nil before Citus 11.
  ///   - group: the coordinator's group.
  ///   - processes: the process numbers that live there, seen later than what the nodes have.
  func withoutLiving(node: Int64?, group: String, processes: Set<String>) -> NodeRemnants {
    NodeRemnants(
      sessions: sessions.filter { name in
        guard let text = name.split(separator: "=").last, let global = Int64(text) else { return false }
        return global / Self.nodeFactor == node && !processes.contains("\(global % Self.nodeFactor)")
      },
      transactions: transactions.filter { name in
        let parts = name.split(separator: "_").map(String.init)
        return parts.count == 5 && parts[1] == group && !processes.contains(parts[2])
      })
  }
}
