/// What a cluster check saw: values only, so that the judgement on them is pure.
package struct ClusterObservation: Sendable, Equatable {
  /// One row of `pg_dist_node` of the coordinator's own node cluster.
  package struct Node: Sendable, Equatable {
    package var identifier: Int
    package var group: Int
    package var name: String
    package var port: Int
    /// `primary`, `secondary` or `unavailable`.
    package var role: String
    package var isActive: Bool
    package var hasMetadata: Bool
    package var isMetadataSynced: Bool
    package var holdsShards: Bool
    package var isClone: Bool

    /// Makes a node; the defaults are those of a healthy worker.
    package init(
      identifier: Int, group: Int, name: String, port: Int, role: String = "primary", isActive: Bool = true,
      hasMetadata: Bool = true, isMetadataSynced: Bool = true, holdsShards: Bool = true, isClone: Bool = false
    ) {
      self.identifier = identifier
      self.group = group
      self.name = name
      self.port = port
      self.role = role
      self.isActive = isActive
      self.hasMetadata = hasMetadata
      self.isMetadataSynced = isMetadataSynced
      self.holdsShards = holdsShards
      self.isClone = isClone
    }

    /// `host:port`, as Citus names nodes in its messages.
    package var address: String { "\(name):\(port)" }
    /// Whether the node is a primary that takes part: the coordinator or an active worker.
    package var isParticipant: Bool { role == "primary" && isActive && !isClone }
  }

  /// Whether one node reaches another by a new connection; nil means that the source could not be asked.
  package struct Link: Sendable, Equatable {
    package var from: String
    package var to: String
    package var isHealthy: Bool?

    /// Makes a link between two `host:port` addresses.
    package init(from: String, to: String, isHealthy: Bool?) {
      self.from = from
      self.to = to
      self.isHealthy = isHealthy
    }
  }

  /// What one node answered about itself.
  package struct NodeReport: Sendable, Equatable {
    package var node: Int
    /// The version of its extension; nil when the node could not be asked.
    package var extensionVersion: String?
    /// Prepared transactions of Citus that are older than a minute.
    package var oldPreparedTransactions: Int

    /// Makes a report.
    package init(node: Int, extensionVersion: String?, oldPreparedTransactions: Int) {
      self.node = node
      self.extensionVersion = extensionVersion
      self.oldPreparedTransactions = oldPreparedTransactions
    }
  }

  package var postgresVersion: String
  package var isInRecovery: Bool
  /// `extversion` of extension citus in this database, or nil.
  package var extensionVersion: String?
  /// The text of `citus_version()`.
  package var citusVersion: String?
  /// `groupid` of the node that was asked; 0 is the coordinator.
  package var localGroup: Int?
  package var useSecondaryNodes: String?
  package var nodes: [Node] = []
  /// Nil where the check did not get that far.
  package var links: [Link]?
  package var reports: [NodeReport]?
  package var runningMoves = 0
  /// Whether a question to all nodes was not answered in time.
  package var isUnanswered = false

  /// Makes an observation of a server.
  package init(postgresVersion: String, isInRecovery: Bool, extensionVersion: String?) {
    self.postgresVersion = postgresVersion
    self.isInRecovery = isInRecovery
    self.extensionVersion = extensionVersion
  }

  /// How many other nodes each worker is asked for; see `linkCount`.
  package static let mostNeighbours = 32

  /// How many links a complete check covers, of the coordinator to each worker and of each worker to its neighbours: up to
  /// 33 nodes those are all others, beyond that the next 32 in a ring, so that each node is still tried by 32 others.
  package static func linkCount(nodes: Int) -> Int { (nodes - 1) * (1 + neighbours(nodes: nodes)) }

  /// How many others each of so many nodes is asked for.
  package static func neighbours(nodes: Int) -> Int { min(nodes - 1, mostNeighbours) }

  /// Active primary workers.
  package var workers: [Node] { nodes.filter { $0.group != 0 && $0.isParticipant } }
  /// The number of worker groups that are active and whose metadata is synced.
  package var readyWorkerGroups: Int {
    Set(workers.filter { $0.hasMetadata && $0.isMetadataSynced }.map(\.group)).count
  }
}

/// How many worker groups must be there.
package struct WorkerExpectation: Sendable, Equatable {
  package var expected: Int
  /// Whether more than expected are accepted.
  package var isMinimum: Bool

  /// Makes an expectation; exactly `expected` unless `isMinimum`.
  package init(expected: Int, isMinimum: Bool = false) {
    self.expected = expected
    self.isMinimum = isMinimum
  }
}
