internal import Controller

/// The cluster as the latest check saw it.
package struct ClusterView: Sendable, Encodable, Equatable {
  /// `host:port/database`.
  package var target: String
  package var citus: String?
  package var postgres: String?
  package var workers: String?
  package var nodes: [Node]

  /// One node.
  package struct Node: Sendable, Encodable, Equatable {
    package var name: String
    package var group: Int
    package var role: String
    package var state: String
  }

  init(_ cluster: ClusterStatus) {
    target = cluster.target
    citus = cluster.citusVersion
    postgres = cluster.postgresVersion
    workers = cluster.workers
    nodes = (cluster.nodes ?? []).map { Node(name: $0.name, group: $0.group, role: $0.role, state: $0.state) }
  }
}

/// What the latest comparison found.
package struct DriftView: Sendable, Encodable, Equatable {
  package var checkedAt: String
  package var count: Int
  package var objects: [Object]

  /// One object that differs.
  package struct Object: Sendable, Encodable, Equatable {
    package var kind: String
    package var name: String
    package var node: String?
    package var change: String
    package var expected: String?
    package var actual: String?
  }

  /// Nil where nothing has been compared.
  init?(_ drift: DriftStatus) {
    guard let checkedAt = drift.checkedAt else { return nil }
    self.checkedAt = checkedAt
    count = drift.count
    objects = drift.objects.map {
      Object(
        kind: $0.kind, name: $0.name, node: $0.node, change: $0.change, expected: $0.expected, actual: $0.actual)
    }
  }
}
