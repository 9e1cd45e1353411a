/// What a world looks like when its work is over: everything that the verification judges, as plain values.
package struct Evidence: Sendable, Equatable {
  /// A row of the ledger, in the order of their times.
  package struct LedgerRow: Sendable, Equatable {
    package var version: Int
    package var part: Int
    /// The session that wrote it: process and client's port, since a busy machine uses process numbers again in minutes.
    package var session: String

    /// Makes a row.
    package init(version: Int, part: Int, session: String) {
      self.version = version
      self.part = part
      self.session = session
    }
  }

  /// A row of Flyway's table, in the order of rank.
  package struct HistoryRow: Sendable, Equatable {
    package var rank: Int
    package var version: String?
    package var type: String
    package var script: String
    package var checksum: Int32?
    package var user: String
    package var executionTime: Int
    package var success: Bool

    /// Makes a row.
    package init(
      rank: Int, version: String?, type: String = "SQL", script: String, checksum: Int32?, user: String,
      executionTime: Int, success: Bool
    ) {
      self.rank = rank
      self.version = version
      self.type = type
      self.script = script
      self.checksum = checksum
      self.user = user
      self.executionTime = executionTime
      self.success = success
    }
  }

  /// A Lease of the controllers' namespace.
  package struct LeaseHolder: Sendable, Equatable {
    package var name: String
    /// Empty when it is free.
    package var holder: String
    /// Changes with every renewal.
    package var renewal = ""
    /// How long a holder that does not renew it keeps it.
    package var duration = Duration.zero

    /// Names a Lease and its holder.
    package init(name: String, holder: String) {
      self.name = name
      self.holder = holder
    }
  }

  package var ledger: [LedgerRow] = []
  package var tally = 0
  package var history: [HistoryRow] = []
  /// Names of valid indexes, on the coordinator and on all shards.
  package var validIndexes: Set<String> = []
  /// Names of indexes that are invalid on the coordinator or are missing or invalid on a shard.
  package var brokenIndexes: Set<String> = []
  /// Advisory locks that a session still holds in this database, told in words.
  package var locks: [String] = []
  /// Transactions that are prepared and not ended, on any server.
  package var preparedTransactions: [String] = []
  /// Sessions of the controllers that sit in a transaction, told in words.
  package var openTransactions: [String] = []
  package var leases: [LeaseHolder] = []
  /// The Ready condition: status, reason and message.
  package var ready = ""
  package var currentVersion: String?
  package var pendingCount: Int?
  /// The names by which the living processes hold Leases.
  package var identities: Set<String> = []

  /// Nothing yet.
  package init() {}
}
