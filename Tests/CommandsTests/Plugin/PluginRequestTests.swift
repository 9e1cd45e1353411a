@testable import Commands
@testable import Controller
import Testing

@Suite("What kubectl whimbrel asks for")
struct PluginRequestTests {
  private func condition(_ type: ConditionType, _ message: String = "m") -> Condition {
    Condition(type: type.rawValue, status: "True", lastTransitionTime: "", reason: "R", message: message)
  }

  @Test("a look is answered once its token is back and the resource is Ready, stalled or behind a gate")
  func reconcile() {
    let request = PluginRequest.reconcile(token: "t")
    #expect(request.annotations.map(\.0.rawValue) == ["whimbrel.dev/reconcile-at"] && request.annotations[0].1 == "t")
    #expect(request.answer(resource { $0.conditions = [condition(.ready)] }) == nil, "an older look")
    let handled = { (change: (inout CitusMigrationStatus) -> Void) in
      request.answer(
        resource {
          $0.lastHandledReconcileAt = "t"
          $0.summary = "S"
          change(&$0)
        })
    }
    #expect(handled { $0.conditions = [condition(.reconciling)] } == nil, "it goes on")
    #expect(handled { $0.conditions = [condition(.ready)] } == .init(text: "S", isGood: true))
    #expect(handled { $0.conditions = [condition(.stalled, "why")] } == .init(text: "S: why", isGood: false))
    let gate = GateStatus(reason: "Frozen", message: "no", until: nil, held: 1)
    #expect(handled { $0.gate = gate } == .init(text: "S: no", isGood: false))
  }

  @Test("an approval is answered once the controller has seen it, or the plan is gone")
  func approve() {
    let request = PluginRequest.approve(digest: "d", by: "eve")
    #expect(request.annotations.map(\.0.rawValue) == ["whimbrel.dev/approve", "whimbrel.dev/approved-by"])
    let plan = PlanStatus(digest: "d", steps: [])
    #expect(request.answer(resource { $0.plan = plan }) == nil)
    let seen = resource {
      $0.plan = plan
      $0.approval = ApprovalStatus(digest: "d", by: "eve", seenAt: "")
      $0.summary = "Applying 1/2"
    }
    #expect(request.answer(seen) == .init(text: "Applying 1/2", isGood: true))
    let failed = resource {
      $0.summary = "Failed V1"
      $0.conditions = [condition(.stalled, "why")]
    }
    #expect(request.answer(failed) == .init(text: "Failed V1: why", isGood: false))
  }

  @Test("a cancellation is good only if that very run was cancelled")
  func cancel() {
    let request = PluginRequest.cancel(run: "r")
    let run = { (id: String, outcome: String) in
      request.answer(resource { $0.lastRun = RunStatus(id: id, startedAt: "", outcome: outcome) })
    }
    #expect(run("r", "Running") == nil)
    #expect(run("r", "Cancelled")?.isGood == true)
    #expect(run("r", "Succeeded")?.isGood == false)
    #expect(run("next", "Running")?.isGood == false)
  }

  @Test("only the plan that was reviewed is approved")
  func choice() throws {
    let step = PlanStepStatus(version: "1", description: "d", script: "V1__d.sql", checksum: 1, transactional: true)
    let pending = resource { $0.plan = PlanStatus(digest: "now", steps: [step]) }
    #expect(try ApprovalChoice(resource: pending, expected: nil).digest() == "now")
    #expect(try ApprovalChoice(resource: pending, expected: "now").digest() == "now")
    #expect(throws: CommandError.self) { try ApprovalChoice(resource: pending, expected: "before").digest() }
    #expect(throws: CommandError.self) { try ApprovalChoice(resource: resource { _ in }, expected: nil).digest() }
  }

  @Test(
    "the program is the plugin by its name alone",
    arguments: [
      ("/usr/local/bin/kubectl-whimbrel", true), ("kubectl-whimbrel", true), ("/opt/whimbrel", false), ("", false),
    ])
  func name(program: String, isPlugin: Bool) {
    #expect(PluginCommand.isPlugin(program) == isPlugin)
  }

  @Test("YAML quotes what could be anything else than a text")
  func yaml() {
    let value: JSONValue = [
      "a": "plain/1.5-x", "b": "true", "c": "1", "d": "", "e": "x: y", "f": [],
      "g": ["h": nil, "i": [1, ["k": true]]],
      "j": "a\nb",
    ]
    #expect(
      value.yaml == """
        a: plain/1.5-x
        b: "true"
        c: "1"
        d: ""
        e: "x: y"
        f: []
        g:
          h: null
          i:
          - 1
          - k: true
        j: "a\\nb"

        """)
  }
}
