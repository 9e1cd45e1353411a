import MigrationEngine
import Testing

@Suite("Judging a cluster")
struct ClusterAssessmentTests {
  typealias Node = ClusterObservation.Node
  typealias Link = ClusterObservation.Link

  /// Coordinator `c:1` and workers `w1:2`, `w2:3`, everything healthy.
  static func healthy(workers: Int = 2) -> ClusterObservation {
    var cluster = ClusterObservation(postgresVersion: "15.20", isInRecovery: false, extensionVersion: "13.2-1")
    cluster.localGroup = 0
    cluster.useSecondaryNodes = "never"
    cluster.nodes = [Node(identifier: 1, group: 0, name: "c", port: 1, holdsShards: false)]
    for number in 1..<(workers + 1) {
      cluster.nodes.append(Node(identifier: number + 1, group: number, name: "w\(number)", port: number + 1))
    }
    let addresses = cluster.nodes.map(\.address)
    cluster.links = addresses.dropFirst().map { Link(from: addresses[0], to: $0, isHealthy: true) }
    for place in addresses.indices.dropFirst() {
      for distance in 0..<ClusterObservation.neighbours(nodes: addresses.count) {
        let target = addresses[(place + distance + 1) % addresses.count]
        cluster.links?.append(Link(from: addresses[place], to: target, isHealthy: true))
      }
    }
    cluster.reports = cluster.nodes.map {
      ClusterObservation.NodeReport(node: $0.identifier, extensionVersion: "13.2-1", oldPreparedTransactions: 0)
    }
    return cluster
  }

  @Test("a healthy cluster is ready and says so")
  func ready() {
    let assessment = ClusterAssessment.judge(Self.healthy(), expecting: WorkerExpectation(expected: 2))
    #expect(assessment.obstacle == nil)
    #expect(assessment.message == "coordinator and 2 workers are ready (Citus 13.2-1)")
  }

  @Test("of 1,000 workers each is tried by 32 others, and judging them takes time in proportion")
  func thousand() {
    let times = [250, 1000].map { workers in
      let cluster = Self.healthy(workers: workers)
      #expect(cluster.links?.count == workers * 33)
      let tried = Dictionary(grouping: cluster.links ?? []) { $0.to }
      #expect(cluster.workers.allSatisfy { (32...33).contains(tried[$0.address]?.count ?? 0) })
      let time = ContinuousClock().measure {
        let assessment = ClusterAssessment.judge(cluster, expecting: WorkerExpectation(expected: workers))
        #expect(assessment.obstacle == nil)
      }
      print("judging \(workers) workers: \(time)")
      return time
    }
    // In proportion it is 4; the square would be 16.
    #expect(times[1] < max(times[0] * 12, .milliseconds(500)))
  }

  @Test("one of 1,000 workers that is down is named, and a message names 16 nodes at most")
  func thousandWithoutOne() {
    var cluster = Self.healthy(workers: 1000)
    let down = cluster.nodes[500].address
    cluster.links = cluster.links?.map { link in
      var link = link
      if link.to == down { link.isHealthy = false }
      return link
    }
    let assessment = ClusterAssessment.judge(cluster, expecting: WorkerExpectation(expected: 1000))
    #expect(assessment.obstacle == .nodesUnreachable && assessment.message.hasPrefix("\(down) does not answer"))
    let few = ClusterAssessment.judge(cluster, expecting: WorkerExpectation(expected: 1001))
    #expect(few.message.contains("waiting for workers 1000/1001: ") && few.message.hasSuffix(" and 984 more"))
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let obstacle: ClusterAssessment.Obstacle?
    let says: String
    var expectation = WorkerExpectation(expected: 2)
    let change: @Sendable (inout ClusterObservation) -> Void

    init(
      _ name: String, _ obstacle: ClusterAssessment.Obstacle?, says: String,
      _ expectation: WorkerExpectation = WorkerExpectation(expected: 2),
      change: @escaping @Sendable (inout ClusterObservation) -> Void
    ) {
      testDescription = name
      self.obstacle = obstacle
      self.says = says
      self.expectation = expectation
      self.change = change
    }
  }

  @Test("each obstacle is found and named", arguments: coordinator + workers + nodes)
  func obstacle(_ example: Case) {
    var cluster = Self.healthy()
    example.change(&cluster)
    let assessment = ClusterAssessment.judge(cluster, expecting: example.expectation)
    #expect(assessment.obstacle == example.obstacle)
    #expect(assessment.message.contains(example.says), "\(assessment.message)")
  }

  static let coordinator: [Case] = [
    Case("standby", .coordinatorNotReady, says: "in recovery") { $0.isInRecovery = true },
    Case("no extension", .coordinatorNotReady, says: "CREATE EXTENSION citus") { $0.extensionVersion = nil },
    Case("a worker was asked", .coordinatorNotReady, says: "is a worker (group 2)") { $0.localGroup = 2 },
    Case("reads only", .coordinatorNotReady, says: "citus.use_secondary_nodes") { $0.useSecondaryNodes = "always" },
    Case("coordinator not registered", .coordinatorNotReady, says: "citus_set_coordinator_host") {
      $0.nodes.removeFirst()
    },
    Case("coordinator registered as localhost", .coordinatorNotReady, says: "which no worker can reach") {
      $0.nodes[0].name = "localhost"
    },
    Case("all on one machine", nil, says: "are ready") { cluster in
      for index in cluster.nodes.indices { cluster.nodes[index].name = "127.0.0.1" }
    },
  ]

  static let workers: [Case] = [
    Case("none yet", .waitingForWorkers, says: "workers 0/2: none is active") { $0.nodes.removeLast(2) },
    Case("one of two", .waitingForWorkers, says: "workers 1/2: w1:2") { $0.nodes.removeLast() },
    Case("one inactive", .waitingForWorkers, says: "workers 1/2") { $0.nodes[2].isActive = false },
    Case("a secondary is no worker", .waitingForWorkers, says: "workers 1/2") { $0.nodes[2].role = "secondary" },
    Case("a clone is no worker", .waitingForWorkers, says: "workers 1/2") { $0.nodes[2].isClone = true },
    Case("two nodes of one group are one", .waitingForWorkers, says: "workers 1/2") { $0.nodes[2].group = 1 },
    Case("too many", .waitingForWorkers, says: "set spec.cluster.workers.expected to 2", .init(expected: 1)) { _ in },
    Case("more than a minimum", nil, says: "2 workers are ready", .init(expected: 1, isMinimum: true)) { _ in },
    Case("fewer than a minimum", .waitingForWorkers, says: "workers 2/3", .init(expected: 3, isMinimum: true)) { _ in },
    Case("metadata not synced", .metadataNotSynced, says: "not synced to w2:3") {
      $0.nodes[2].isMetadataSynced = false
    },
    Case("no metadata", .metadataNotSynced, says: "not synced to w1:2") { $0.nodes[1].hasMetadata = false },
    Case("drained", .waitingForWorkers, says: "only 1 of 2 workers take shards") { $0.nodes[1].holdsShards = false },
  ]

  static let nodes: [Case] = [
    Case("one is silent", .nodesUnreachable, says: "w2:3 does not answer") { cluster in
      cluster.links = cluster.links?.map { link in
        var link = link
        if link.from == "w2:3" { link.isHealthy = nil } else if link.to == "w2:3" { link.isHealthy = false }
        return link
      }
    },
    Case("one link is broken", .nodesUnreachable, says: "cannot reach each other: w1:2 to w2:3; see network") {
      $0.links?[2].isHealthy = false
    },
    Case("the check was not complete", .nodesUnreachable, says: "covered 5 of 6 connections") { cluster in
      cluster.links?.removeLast()
    },
    Case("a node hangs", .nodesUnreachable, says: "does not answer in time") {
      $0.links = nil
      $0.isUnanswered = true
    },
    Case("one gives no version", .nodesUnreachable, says: "no answer from w1:2") {
      $0.reports?[1].extensionVersion = nil
    },
    Case("versions differ", .versionsDiffer, says: "w1:2 has 12.1-1; run ALTER EXTENSION citus UPDATE") {
      $0.reports?[1].extensionVersion = "12.1-1"
    },
    Case("prepared transactions", .preparedTransactions, says: "3 prepared transactions") {
      $0.reports?[1].oldPreparedTransactions = 1
      $0.reports?[2].oldPreparedTransactions = 2
    },
    Case("a shard moves", .shardMoveRunning, says: "rebalance or shard move is running") { $0.runningMoves = 1 },
  ]

  @Test("what comes first in starting up is named first")
  func order() {
    var cluster = Self.healthy()
    var seen: [ClusterAssessment.Obstacle?] = []
    func judge() { seen.append(ClusterAssessment.judge(cluster, expecting: WorkerExpectation(expected: 2)).obstacle) }
    cluster.runningMoves = 1
    judge()
    cluster.reports?[0].oldPreparedTransactions = 1
    judge()
    cluster.reports?[1].extensionVersion = "12.1-1"
    judge()
    cluster.links?[1].isHealthy = false
    judge()
    cluster.nodes[1].isMetadataSynced = false
    judge()
    cluster.nodes[2].isActive = false
    judge()
    cluster.isInRecovery = true
    judge()
    #expect(
      seen == [
        .shardMoveRunning, .preparedTransactions, .versionsDiffer, .nodesUnreachable, .metadataNotSynced,
        .waitingForWorkers, .coordinatorNotReady,
      ])
  }
}
