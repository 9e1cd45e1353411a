@testable import Controller
import MigrationCore
@testable import MigrationEngine
import Support
import Testing

@Suite("RunProgress")
struct RunProgressTests {
  private let plan = Samples.plan(versions: 1..<4)

  private func states(_ progress: RunProgress) -> [String] { progress.status.steps?.map(\.state) ?? [] }

  @Test("a run that succeeds goes from pending to applied, step by step")
  func success() {
    var progress = RunProgress(startedAt: Samples.now, holder: "pod_1")
    #expect(progress.status.outcome == "Running" && progress.status.finishedAt == nil)
    progress.fold(.planned(plan))
    #expect(states(progress) == ["Pending", "Pending", "Pending"])
    #expect(progress.total == 3 && progress.done == 0)
    progress.fold(.started(plan.steps[0]))
    #expect(states(progress) == ["Running", "Pending", "Pending"])
    progress.fold(.applied(plan.steps[0], milliseconds: 12))
    #expect(states(progress) == ["Applied", "Pending", "Pending"])
    #expect(progress.status.steps?[0].durationMilliseconds == 12)
    for step in plan.steps.dropFirst() {
      progress.fold(.started(step))
      progress.fold(.applied(step, milliseconds: 1))
    }
    progress.finish("Succeeded", at: Samples.now)
    #expect(progress.done == 3)
    #expect(progress.status.outcome == "Succeeded" && progress.status.finishedAt == Samples.now.rfc3339)
    #expect(progress.status.holder == "pod_1")
  }

  @Test("a failure shows where, and what follows stays pending")
  func failure() {
    var progress = RunProgress(startedAt: Samples.now, holder: "pod_1")
    progress.fold(.planned(plan))
    progress.fold(.started(plan.steps[0]))
    progress.fold(.failed(plan.steps[0], Samples.failure()))
    progress.finish("Failed", at: Samples.now)
    #expect(states(progress) == ["Failed", "Pending", "Pending"])
    let error = progress.status.steps?[0].error
    #expect(error?.sqlState == "42P01" && error?.line == 3 && error?.column == 5 && error?.hint == "create it")
  }

  @Test("a retry and a warning change nothing; an interrupted step is pending again")
  func interrupted() {
    var progress = RunProgress(startedAt: Samples.now, holder: "pod_1")
    progress.fold(.planned(plan))
    progress.fold(.started(plan.steps[0]))
    let before = progress
    progress.fold(.retrying(plan.steps[0], attempt: 1, delay: .seconds(1), message: "lock timeout"))
    progress.fold(.notice(severity: "WARNING", message: "careful", sqlState: "01000"))
    #expect(progress == before)
    progress.finish("Interrupted", at: Samples.now)
    #expect(states(progress) == ["Pending", "Pending", "Pending"])
  }

  @Test("a backfill shows its rows and where it is, and stays when the step is applied")
  func backfill() {
    var progress = RunProgress(startedAt: Samples.now, holder: "pod_1")
    progress.fold(.planned(plan))
    progress.fold(.started(plan.steps[0]))
    var rows = BackfillProgress(statement: 1, table: "app.users")
    (rows.rows, rows.estimated, rows.shard, rows.tenants) = (120, 100, 102_010, 3)
    let before = progress
    progress.fold(.backfill(plan.steps[0], rows))
    #expect(progress == before, "not every second is worth a write")
    rows.isNotable = true
    progress.fold(.backfill(plan.steps[0], rows))
    #expect(
      progress.status.steps?[0].backfill
        == BackfillStatus(
          table: "app.users", rowsDone: 120, rowsEstimated: 120, position: "pass 1, shard 102010, 3 tenants done"))
    rows.isFinished = true
    progress.fold(.backfill(plan.steps[0], rows))
    progress.fold(.applied(plan.steps[0], milliseconds: 5))
    #expect(progress.status.steps?[0].backfill?.position == "done" && states(progress)[0] == "Applied")
  }

  @Test("a run that is ended before it was planned has no steps")
  func unplanned() {
    var progress = RunProgress(startedAt: Samples.now, holder: "pod_1")
    progress.finish("Interrupted", at: Samples.now)
    #expect(progress.status.steps?.isEmpty == true && progress.total == 0)
  }
}
