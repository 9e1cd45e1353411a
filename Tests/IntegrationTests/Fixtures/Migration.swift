/// A `CitusMigration` as `kubectl get -o json` shows it: the part that tests look at.
struct Migration: Decodable, Sendable {
  struct Metadata: Decodable, Sendable {
    var name: String
    var uid: String
    var generation: Int
    var resourceVersion: String
  }

  struct Condition: Decodable, Sendable {
    var type: String
    var status: String
    var reason: String
    var message: String
    var lastTransitionTime: String
  }

  struct Source: Decodable, Sendable {
    var revision: String
    var digest: String
    var scripts: Int
  }

  struct Cluster: Decodable, Sendable {
    var target: String
    var citusVersion: String?
    var postgresVersion: String?
    var workers: String?
  }

  struct StepError: Decodable, Sendable {
    var sqlState: String?
    var message: String
    var script: String?
    var line: Int?
    var column: Int?
    var hint: String?
  }

  struct Backfill: Decodable, Sendable {
    var table: String
    var rowsDone: Int
    var rowsEstimated: Int?
    var position: String
  }

  struct Step: Decodable, Sendable {
    var version: String?
    var script: String
    var state: String
    var backfill: Backfill?
    var error: StepError?
  }

  struct Repair: Decodable, Sendable {
    var outcome: String
    var message: String
  }

  struct Cancellation: Decodable, Sendable {
    var run: String
  }

  struct Run: Decodable, Sendable {
    var id: String?
    var outcome: String
    var holder: String?
    var finishedAt: String?
    var steps: [Step]?
  }

  struct Plan: Decodable, Sendable, Equatable {
    struct Step: Decodable, Sendable, Equatable {
      var script: String
      var transactional: Bool
      var effects: [Effect]?
      var refusal: Refusal?
    }

    struct Effect: Decodable, Sendable, Equatable {
      var table: String
      var bytes: Int?
      var lock: String?
      var rows: String?
    }

    struct Refusal: Decodable, Sendable, Equatable {
      var line: Int?
      var sqlState: String?
      var message: String
    }

    struct Effects: Decodable, Sendable, Equatable {
      var source: String
      var message: String?
    }

    var digest: String
    var steps: [Step]
    var effects: Effects?
  }

  struct Row: Decodable, Sendable {
    var installedRank: Int
    var version: String?
    var script: String
    var checksum: Int?
    var success: Bool
  }

  struct Gate: Decodable, Sendable {
    var reason: String
    var message: String
    var until: String?
    var held: Int
  }

  struct Approval: Decodable, Sendable {
    var digest: String
    var by: String?
    var seenAt: String
  }

  struct Applied: Decodable, Sendable {
    var version: String?
    var description: String?
    var checksum: Int64?
    var sha256: String?
    var appliedAt: String?
  }

  struct Drift: Decodable, Sendable {
    struct Object: Decodable, Sendable {
      var kind: String
      var name: String
      var node: String?
      var change: String
      var expected: String?
      var actual: String?
    }

    struct Baseline: Decodable, Sendable {
      var digest: String
      var run: String?
    }

    var checkedAt: String?
    var count: Int
    var objects: [Object]
    var baseline: Baseline?
    var lastHandledAcceptAt: String?
  }

  struct Status: Decodable, Sendable {
    var gate: Gate?
    var approval: Approval?
    var bypass: Approval?
    var applied: [Applied]?
    var observedGeneration: Int?
    var leaderEpoch: Int?
    var lastHandledReconcileAt: String?
    var lastHandledRepairAt: String?
    var lastRepair: Repair?
    var cancellation: Cancellation?
    var summary: String?
    var conditions: [Condition]?
    var source: Source?
    var cluster: Cluster?
    var currentVersion: String?
    var appliedCount: Int?
    var pendingCount: Int?
    var plan: Plan?
    var lastRun: Run?
    var history: [Row]?
    var drift: Drift?
  }

  var metadata: Metadata
  var status: Status?

  func condition(_ type: String) -> Condition? { status?.conditions?.first { $0.type == type } }

  var ready: Condition? { condition("Ready") }
  var stalled: Condition? { condition("Stalled") }
  var reconciling: Condition? { condition("Reconciling") }
}
