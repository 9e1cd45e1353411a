import ArgumentParser
@testable import Commands
@testable import Controller
import Kubernetes
import MigrationCore
import Testing

@Suite("What whimbrel wait waits for")
struct WaitGoalTests {
  private static let digest = "sha256:" + String(repeating: "ab", count: 32)

  @Test(
    "is read from its option, and anything else is refused",
    arguments: [
      ("ready", .ready), ("Ready", .ready), ("condition=Ready", .condition(type: "Ready", status: "True")),
      ("condition=Stalled=false", .condition(type: "Stalled", status: "False")),
      ("digest=abababababab", .digest("sha256:abababababab")), ("digest=sha256:ababab", nil),
      ("digest=ABABABABABAB", nil),
      ("version=latest", nil), ("version=", nil), ("version", nil), ("condition=", nil), ("condition=Ready=Maybe", nil),
      ("", nil), ("applied", nil), ("ready=1", nil),
    ] as [(String, WaitGoal?)])
  func reading(text: String, goal: WaitGoal?) {
    #expect(WaitGoal(text) == goal)
  }

  private static func object(
    generation: Int64 = 3, ready: String? = "True", stalled: Bool = false, version: String? = "5",
    pending: [String?] = []
  ) -> CitusMigration {
    var metadata = ObjectMetadata(name: "app", namespace: "dev")
    metadata.generation = generation
    var status = CitusMigrationStatus()
    (status.observedGeneration, status.summary, status.currentVersion) = (3, "Applied", version)
    status.source = SourceStatus(revision: "configmap/m@sha256:abab", digest: digest, scripts: 5)
    func condition(_ type: String, _ value: String) -> Condition {
      Condition(
        type: type, status: value, observedGeneration: 3, lastTransitionTime: "2026-01-02T03:04:05Z", reason: "R",
        message: "first\nsecond")
    }
    status.conditions = ready.map { [condition("Ready", $0)] } ?? []
    if stalled { status.conditions?.append(condition("Stalled", "True")) }
    status.plan = PlanStatus(
      digest: "d",
      steps: pending.map {
        PlanStepStatus(version: $0, description: "d", script: "s", checksum: 1, transactional: true)
      })
    var cluster = ClusterSpec(workers: .init(expected: 2, match: nil))
    cluster.host = ValueSpec(value: "h")
    return CitusMigration(
      metadata: metadata, spec: CitusMigrationSpec(migrations: MigrationsSpec(), cluster: cluster), status: status)
  }

  @Test(
    "is there or not",
    arguments: [
      ("ready", object(), true), ("ready", object(generation: 4), false), ("ready", object(ready: "False"), false),
      ("ready", object(ready: nil), false),
      ("digest=abababababab", object(), true), ("digest=abababababab", object(ready: "False"), false),
      ("digest=cdcdcdcdcdcd", object(), false),
      ("version=5", object(), true), ("version=4.1", object(), true), ("version=05.0", object(), true),
      ("version=6", object(), false), ("version=5", object(version: nil), false),
      // What was applied stays, whatever the resource says of what comes after it.
      ("version=5", object(generation: 4, ready: "False", stalled: true), true),
      ("version=5", object(pending: ["6", nil]), true), ("version=5", object(pending: ["4"]), false),
      ("condition=Ready", object(), true), ("condition=Ready", object(generation: 4), false),
      ("condition=Stalled", object(), false), ("condition=Stalled", object(stalled: true), true),
      ("condition=DriftFree", object(), false),
    ] as [(String, CitusMigration, Bool)])
  func judging(text: String, object: CitusMigration, isReached: Bool) throws {
    let finding = try #require(WaitGoal(text)).judge(object)
    if case .reached = finding { #expect(isReached) } else { #expect(!isReached) }
  }

  @Test("says why not, in one line, and whether a person is needed")
  func reasons() {
    #expect(
      WaitGoal.ready.judge(Self.object(ready: "False", stalled: true)) == .waiting("Applied: first", isStalled: true))
    #expect(
      WaitGoal.ready.judge(Self.object(generation: 4))
        == .waiting("the controller has not seen its last change yet", isStalled: false))
    #expect(
      WaitGoal.ready.judge(Self.object(ready: nil))
        == .waiting("no controller has reported on it yet", isStalled: false))
  }

  @Test("the command refuses what it cannot wait for")
  func command() throws {
    let command = try #require(try WhimbrelCommand.parseAsRoot(["wait", "app"]) as? WaitCommand)
    #expect(command.goal == "ready" && command.timeout.value == .seconds(600) && !command.failOnStalled)
    #expect(throws: (any Error).self) { try WhimbrelCommand.parseAsRoot(["wait", "app", "--for", "soon"]) }
    #expect(throws: (any Error).self) { try WhimbrelCommand.parseAsRoot(["wait"]) }
  }
}
