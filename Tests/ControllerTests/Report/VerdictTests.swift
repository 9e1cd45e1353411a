@testable import Controller
import MigrationCore
@testable import MigrationEngine
import MigrationSources
import Postgres
import Testing

/// `waiting` or `stalled`, reason, summary.
struct Expected: Sendable {
  let waits: Bool
  let reason: Reason
  let summary: String
}

private func waiting(_ reason: Reason, _ summary: String) -> Expected {
  Expected(waits: true, reason: reason, summary: summary)
}

private func stalled(_ reason: Reason, _ summary: String) -> Expected {
  Expected(waits: false, reason: reason, summary: summary)
}

@Suite("Verdict")
struct VerdictTests {
  private func check(_ verdict: Verdict?, _ expected: Expected, message: String? = nil) {
    switch verdict {
    case .waiting(let reason, let summary, let text)?:
      #expect(expected.waits && reason == expected.reason && summary == expected.summary)
      if let message { #expect(text.contains(message)) }
    case .stalled(let reason, let summary, let text)?:
      #expect(!expected.waits && reason == expected.reason && summary == expected.summary)
      if let message { #expect(text.contains(message)) }
    default: Issue.record("\(String(describing: verdict))")
    }
  }

  private static let failures: [(EngineError.Code, Expected)] = [
    (.connection, waiting(.databaseUnreachable, "Database unreachable")),
    (.databaseLocked, waiting(.databaseLocked, "Waiting for lock")),
    (.validationFailed, stalled(.validationFailed, "Validation failed")),
    (.refused, stalled(.validationFailed, "Refused")),
    (.schemaMissing, stalled(.validationFailed, "Refused")),
    (.migrationFailed, stalled(.migrationFailed, "Failed V7")),
    (.localOnlyObjects, stalled(.migrationFailed, "Failed V7")),
    (.transactionEnded, stalled(.migrationFailed, "Failed V7")),
    (.commitUnconfirmed, waiting(.connectionLost, "Connection lost")),
    (.preparedTransactions, waiting(.preparedTransactions, "Waiting for workers to commit")),
    (.remnants, waiting(.remnantsAtWork, "Waiting for workers to end")),
    (.undecided, stalled(.migrationUndecided, "Undecided V7")),
    (.lockTimedOut, waiting(.lockTimedOut, "Waiting for table locks")),
    (.cancelled, waiting(.interrupted, "Interrupted")),
    (.historyUnreadable, stalled(.databaseRejected, "Database error")),
    (.pooled, stalled(.databaseRejected, "Pooled connection")),
    (.callbackFailed, stalled(.migrationFailed, "Failed V7")),
    (.recordingFailed, stalled(.migrationFailed, "Failed V7")),
  ]

  @Test("each failure of the engine has its reason", arguments: failures)
  func engine(code: EngineError.Code, expected: Expected) {
    let problem = ValidationProblem(.failedVersionedMigration, message: "what happened", nextStep: "run repair")
    let error = EngineError(code, "what happened", problems: [problem], failure: Samples.failure())
    check(Verdict(error), expected, message: "what happened")
  }

  @Test("the table above knows every code of the engine")
  func engineCodesAreKnown() throws {
    let text = try Checkout.text("Sources/MigrationEngine/Problems/EngineError.swift")
    let declared = text.matches(of: /static let (\w+) = Code\(/).map { String($0.1) }
    #expect(Set(Self.failures.map(\.0.description)) == Set(declared))
  }

  @Test(
    "a failed connection is judged by its cause",
    arguments: [
      (PostgresError.Code.authenticationFailed, nil, false, stalled(.authenticationFailed, "Authentication failed")),
      (.invalidParameters, nil, false, stalled(.invalidSpec, "Invalid spec")),
      (.connectionLost, nil, true, waiting(.connectionLost, "Connection lost")),
      (.connectionFailed, nil, true, waiting(.databaseUnreachable, "Database unreachable")),
      (.connectionFailed, nil, false, stalled(.databaseRejected, "Database refused")),
      (.connectionFailed, .invalidCatalogName, false, waiting(.databaseUnreachable, "Database unreachable")),
      (.timedOut, nil, true, waiting(.databaseUnreachable, "Database unreachable")),
      (.server, .tooManyConnections, true, waiting(.databaseUnreachable, "Database unreachable")),
      (.server, .insufficientPrivilege, false, stalled(.databaseRejected, "Database refused")),
      (.resultTooLarge, nil, false, stalled(.databaseRejected, "Database refused")),
    ] as [(PostgresError.Code, SQLState?, Bool, Expected)])
  func connection(code: PostgresError.Code, state: SQLState?, isTransient: Bool, expected: Expected) {
    let cause = PostgresError(code: code, message: "why", sqlState: state, isTransient: isTransient)
    check(Verdict(EngineError(.connection, "while connecting: why", cause: cause)), expected, message: "why")
  }

  @Test("refused credentials say what to correct")
  func authenticationNextStep() {
    let cause = PostgresError(code: .authenticationFailed, message: "no")
    check(
      Verdict(EngineError(.connection, "no", cause: cause)), stalled(.authenticationFailed, "Authentication failed"),
      message: "correct the Secret")
  }

  @Test("a migration that fails because the connection broke is tried again")
  func transientFailure() {
    let cause = PostgresError(code: .connectionLost, message: "gone")
    let error = EngineError(.migrationFailed, "gone", failure: Samples.failure(), cause: cause)
    check(Verdict(error), waiting(.connectionLost, "Retrying V7"))
  }

  @Test("a failure that names no script has a summary without a trailing blank")
  func failureWithoutScript() {
    check(Verdict(EngineError(.migrationFailed, "no")), stalled(.migrationFailed, "Failed"))
  }

  @Test("every problem is shown with its next step, ten of them at most")
  func problems() {
    let problems = (1...12).map {
      ValidationProblem(.failedVersionedMigration, message: "problem \($0).", nextStep: "step \($0)", version: "\($0)")
    }
    guard case .stalled(.validationFailed, "Validation failed", let message) = Verdict(problems: problems) else {
      Issue.record("wrong verdict")
      return
    }
    #expect(message.contains("problem 1. step 1\n") && message.contains("problem 10. step 10"))
    #expect(!message.contains("problem 11.") && message.hasSuffix("and 2 more"))
    check(Verdict(problems: problems, inSource: true), stalled(.invalidSource, "Invalid migrations"))
  }

  @Test("a changed file is named by its version, wherever it stands among the problems")
  func checksumMismatch() {
    let other = ValidationProblem(.failedVersionedMigration, message: "a", nextStep: "b")
    let changed = ValidationProblem(.checksumMismatch, message: "a", nextStep: "b", version: "3")
    let repeatable = ValidationProblem(.checksumMismatch, message: "a", nextStep: "b")
    check(Verdict(problems: [other, changed]), stalled(.checksumMismatch, "Checksum mismatch V3"))
    check(Verdict(problems: [repeatable]), stalled(.checksumMismatch, "Checksum mismatch"))
  }

  @Test(
    "each failure of the source has its reason",
    arguments: [
      (SourceError.Code.notFound, waiting(.sourceNotFound, "Waiting for source")),
      (.unavailable, waiting(.sourceUnavailable, "Source unavailable")),
      (.invalid, stalled(.invalidSource, "Invalid source")), (.tooLarge, stalled(.invalidSource, "Invalid source")),
    ])
  func source(code: SourceError.Code, expected: Expected) {
    let error = SourceError(code, "what happened")
    #expect(error.isTransient == expected.waits)
    check(Verdict(error), expected, message: "what happened")
    #expect(Verdict(error).stage == .sourceReady)
  }

  @Test("a missing Secret is waited for, a wrong field is not")
  func targetProblem() {
    let missing = TargetProblem(reason: .secretNotFound, summary: "Waiting for Secret a", message: "create it")
    check(Verdict(missing), waiting(.secretNotFound, "Waiting for Secret a"), message: "create it")
    let wrong = TargetProblem(reason: .invalidSpec, summary: "Invalid spec", message: "correct it")
    check(Verdict(wrong), stalled(.invalidSpec, "Invalid spec"), message: "correct it")
  }

  @Test(
    "each obstacle of the cluster is waited for under its own reason",
    arguments: [
      (ClusterAssessment.Obstacle.coordinatorNotReady, waiting(.coordinatorNotReady, "Waiting for coordinator")),
      (.waitingForWorkers, waiting(.waitingForWorkers, "Waiting for workers 1/2")),
      (.metadataNotSynced, waiting(.metadataNotSynced, "Waiting for metadata sync")),
      (.nodesUnreachable, waiting(.nodesUnreachable, "Waiting for nodes")),
      (.versionsDiffer, waiting(.versionsDiffer, "Waiting for one version")),
      (.preparedTransactions, waiting(.preparedTransactions, "Waiting for prepared transactions")),
      (.shardMoveRunning, waiting(.shardMoveRunning, "Waiting for shard move")),
    ])
  func obstacle(obstacle: ClusterAssessment.Obstacle, expected: Expected) {
    let verdict = Verdict(ClusterAssessment(obstacle: obstacle, message: "why"), workersReady: 1, workersExpected: 2)
    check(verdict, expected, message: "why")
    #expect(verdict?.stage == .clusterReady)
  }

  @Test("a cluster without obstacle gives no verdict")
  func noObstacle() {
    #expect(Verdict(ClusterAssessment(obstacle: nil, message: "ready"), workersReady: 2, workersExpected: 2) == nil)
  }
}
