import MigrationCore
@testable import Promotion
import Support
import Testing

@Suite("The decision of the gates")
struct GateDecisionTests {
  private static let steps = Samples.steps("V1__a.sql", "V2__b.sql", "V3__c.sql", "R__v.sql")

  private static func decide(
    _ steps: [PendingStep] = steps, _ change: (inout GateQuestion) -> Void
  ) -> GateDecision {
    Samples.question(steps, change).decide()
  }

  @Test("without gates everything starts")
  func open() {
    #expect(Self.decide { _ in } == GateDecision(allowed: 4, hold: nil, held: 0))
  }

  // MARK: Upstream

  @Test("the longest prefix that every upstream has applied starts", arguments: 0...4)
  func prefix(count: Int) {
    let all = Self.steps.map { ($0, Samples.evidence($0)) }
    let decision = Self.decide {
      $0.upstreams = [
        Samples.upstream(all), Samples.upstream(Array(all.prefix(count)), name: "CitusMigration uat/app"),
      ]
    }
    #expect(decision.allowed == count && decision.held == 4 - count)
    #expect(decision.hold?.reason == (count == 4 ? nil : .awaitingUpstream))
    if count < 4 {
      #expect(decision.hold?.message.contains("uat/app has not applied \(Self.steps[count].label)") == true)
    }
  }

  @Test("what upstream has beside is no obstacle, and a gap ends the prefix")
  func gap() {
    let more = Samples.steps("V0__x.sql", "V9__y.sql")
    let evidence = ([more[0], Self.steps[0], Self.steps[2], more[1]]).map { ($0, Samples.evidence($0)) }
    #expect(Self.decide { $0.upstreams = [Samples.upstream(evidence)] }.allowed == 1)
  }

  @Test("versions are compared as versions")
  func versions() {
    let other = PendingStep(Samples.script("V1.0__a.sql", "SELECT 'V1__a.sql'"))
    let decision = Self.decide([Self.steps[0]]) {
      $0.upstreams = [Samples.upstream([(other, Samples.evidence(other))])]
    }
    #expect(decision.allowed == 1)
  }

  @Test("another checksum is stalled and named with both sides, also behind a migration that merely waits")
  func divergence() {
    let evidence = [
      (Self.steps[0], Samples.evidence(Self.steps[0], ago: .seconds(1))),
      (Self.steps[2], Samples.evidence(Self.steps[2], checksum: 4711)),
    ]
    let decision = Self.decide {
      $0.settings.soak = .seconds(60)
      $0.upstreams = [Samples.upstream(evidence, isPolled: true)]
    }
    #expect(decision.allowed == 0 && decision.hold?.reason == .upstreamDiverged && decision.hold?.isStalled == true)
    let message = decision.hold?.message ?? ""
    for part in ["V3", "4711", "\(Self.steps[2].checksum)", "CitusMigration dev/app", "V3__c.sql"] {
      #expect(message.contains(part), "\(part)")
    }
    #expect(decision.lookAgain == Samples.now.advanced(by: .seconds(30)))
  }

  @Test("the same checksum with other bytes is a divergence where contents are told, and passes where they are not")
  func contents() {
    let step = Self.steps[0]
    let other = [(step, Samples.evidence(step, sha256: "another"))]
    let told = Self.decide([step]) { $0.upstreams = [Samples.upstream(other)] }
    #expect(told.hold?.reason == .upstreamDiverged && told.hold?.message.contains(step.sha256) == true)
    #expect(Self.decide([step]) { $0.upstreams = [Samples.upstream(other, tellsContents: false)] }.allowed == 1)
  }

  @Test("missing evidence never opens: no digest, no checksum, a list that is cut, an upstream that is not there")
  func missing() {
    let step = Self.steps[0]
    func evidence(_ checksum: Int32?, _ sha256: String?) -> UpstreamObservation {
      Samples.upstream([(step, .init(checksum: checksum, sha256: sha256, appliedAt: Samples.now))])
    }
    func reason(_ upstream: UpstreamObservation) -> GateHold? { Self.decide([step]) { $0.upstreams = [upstream] }.hold }
    #expect(reason(evidence(step.checksum, nil))?.reason == .awaitingUpstream)
    #expect(reason(evidence(nil, step.sha256))?.reason == .awaitingUpstream)
    let cut = reason(Samples.upstream([], isComplete: false))
    #expect(cut?.reason == .awaitingUpstream && cut?.message.contains("nothing is applied without evidence") == true)
    let gone = reason(
      UpstreamObservation(
        name: "CitusMigration dev/app", state: .unavailable("gone"), tellsContents: true, isPolled: false))
    #expect(gone == GateHold(.upstreamUnavailable, "CitusMigration dev/app: gone"))
  }

  @Test(
    "a repeatable is gated by its checksum, or by its file where placeholders make other checksums; never a divergence")
  func repeatables() {
    let step = Self.steps[3]
    func decide(_ checksum: Int32, _ sha256: String, tells: Bool = true) -> GateDecision {
      let evidence = [(step, Samples.evidence(step, checksum: checksum, sha256: sha256))]
      return Self.decide([step]) { $0.upstreams = [Samples.upstream(evidence, tellsContents: tells)] }
    }
    #expect(decide(step.checksum, "another").allowed == 1)
    #expect(decide(1, step.sha256).allowed == 1)
    #expect(decide(1, step.sha256, tells: false).hold?.reason == .awaitingUpstream)
    #expect(decide(1, "another").hold?.reason == .awaitingUpstream)
  }

  @Test("a baseline is never promoted by itself: it needs an approval, and no evidence")
  func baseline() {
    let steps = [PendingStep(Samples.script("B5__base.sql"))]
    let upstreams = [Samples.upstream([])]
    #expect(Self.decide(steps) { $0.upstreams = upstreams }.hold?.reason == .awaitingApproval)
    #expect(
      Self.decide(steps) {
        $0.upstreams = upstreams
        $0.isApproved = true
      }.allowed == 1)
    #expect(Self.decide(steps) { _ in }.allowed == 1)
    let row = Self.decide {
      $0.upstreams = [Samples.upstream(Self.steps.map { ($0, Samples.evidence($0)) })]
      $0.marksBaseline = true
    }
    #expect(row.allowed == 0 && row.hold?.reason == .awaitingApproval)
  }

  // MARK: Soak

  @Test(
    "a migration soaks from the moment at which upstream applied it, to the microsecond",
    arguments: [(1799, true), (1800, false), (1801, false), (0, true)])
  func soak(ago: Int, isHeld: Bool) {
    let step = Self.steps[0]
    let decision = Self.decide([step]) {
      $0.settings.soak = .seconds(1800)
      $0.upstreams = [Samples.upstream([(step, Samples.evidence(step, ago: .seconds(ago)))])]
    }
    #expect((decision.hold?.reason == .soaking) == isHeld)
    if isHeld {
      let end = Samples.now.advanced(by: .seconds(1800 - ago))
      #expect(decision.hold?.until == end && decision.lookAgain == end)
    }
  }

  @Test("the slowest upstream decides, and a moment in the future waits and names the clock")
  func slowest() {
    let step = Self.steps[0]
    let decision = Self.decide([step]) {
      $0.settings.soak = .seconds(60)
      $0.upstreams = [
        Samples.upstream([(step, Samples.evidence(step))]),
        Samples.upstream([(step, Samples.evidence(step, ago: .seconds(-600)))], name: "CitusMigration uat/app"),
      ]
    }
    #expect(decision.hold?.until == Samples.now.advanced(by: .seconds(660)))
    #expect(decision.hold?.message.contains("by its own clock, which is ahead of this controller's") == true)
    let unknown = Self.decide([step]) {
      $0.settings.soak = .seconds(60)
      $0.upstreams = [
        Samples.upstream([(step, .init(checksum: step.checksum, sha256: step.sha256, appliedAt: nil))])
      ]
    }
    #expect(unknown.hold?.reason == .soaking && unknown.hold?.until == nil)
  }

  // MARK: Approval

  @Test("a manual approval is one of the plan: without it nothing starts, with another's it says so")
  func approval() {
    let waiting = Self.decide { $0.settings.needsApproval = true }
    #expect(waiting.allowed == 0 && waiting.hold?.reason == .awaitingApproval)
    #expect(waiting.hold?.message.contains("digest d1") == true && waiting.hold?.isStalled == false)
    let other = Self.decide {
      $0.settings.needsApproval = true
      $0.hasOtherApproval = true
    }
    #expect(other.hold?.message.contains("the one that is there is of another plan") == true)
    #expect(
      Self.decide {
        $0.settings.needsApproval = true
        $0.isApproved = true
      }.allowed == 4)
  }

  @Test("a script that asks for an approval holds itself and what is behind it")
  func directive() {
    var steps = Self.steps
    steps[1] = PendingStep(Samples.script("V2__b.sql"), directives: .init(window: nil, needsApproval: true))
    let decision = Self.decide(steps) { _ in }
    #expect(decision.allowed == 1 && decision.hold?.reason == .awaitingApproval)
    #expect(Self.decide(steps) { $0.isApproved = true }.allowed == 4)
  }

  // MARK: Windows and freeze

  @Test("outside of all unnamed windows nothing starts; inside of one of them everything does")
  func windows() {
    let closed = Samples.window("0 2 * * *", .seconds(3 * 3600))
    let later = Samples.window("30 11 * * *", .seconds(60))
    let decision = Self.decide { $0.windows = [closed, later] }
    #expect(decision.allowed == 0 && decision.hold?.reason == .outsideWindow)
    #expect(
      decision.hold?.until == Timestamp(rfc3339: "2026-01-05T11:30:00Z") && decision.lookAgain == decision.hold?.until)
    #expect(Self.decide { $0.windows = [closed, Samples.window("0 9 * * *", .seconds(7200))] }.allowed == 4)
    #expect(Self.decide([]) { $0.windows = [closed] }.hold?.reason == .outsideWindow)
  }

  @Test("a named window gates those who ask for it alone, and beside the unnamed ones")
  func namedWindow() {
    var steps = Self.steps
    steps[1] = PendingStep(Samples.script("V2__b.sql"), directives: .init(window: "low", needsApproval: false))
    let low = Samples.window("0 2 * * *", .seconds(3600), name: "low")
    let decision = Self.decide(steps) { $0.windows = [low] }
    #expect(decision.allowed == 1 && decision.hold?.message.contains("V2 starts only in the window 'low'") == true)
    #expect(Self.decide(steps) { $0.windows = [Samples.window("0 10 * * *", .seconds(60), name: "low")] }.allowed == 4)
    let both = [Samples.window("0 10 * * *", .seconds(60), name: "low"), Samples.window("0 2 * * *", .seconds(60))]
    #expect(Self.decide(steps) { $0.windows = both }.allowed == 0)
  }

  @Test("a window is open from its start on until its duration is over")
  func edges() {
    let window = Samples.window("0 10 * * *", .seconds(60))
    let moments: [(Int64, Bool)] = [(-1, false), (0, true), (59_999_999, true), (60_000_000, false)]
    for (microseconds, isOpen) in moments {
      #expect(window.isOpen(at: Samples.now.advanced(by: .microseconds(microseconds))) == isOpen, "\(microseconds)")
    }
    #expect(window.nextOpening(after: Samples.now) == Samples.now.advanced(by: .seconds(86400)))
    let long = Samples.window("0 0 * * 1", .seconds(7 * 86400))
    #expect(long.isOpen(at: Samples.now))
  }

  @Test("a freeze holds everything, with its reason, until its end")
  func freeze() {
    let end = Samples.now.advanced(by: .seconds(10))
    let decision = Self.decide { $0.settings.freeze = .init(reason: "Black Friday", until: end) }
    #expect(decision.allowed == 0 && decision.hold?.reason == .frozen && decision.lookAgain == end)
    #expect(decision.hold?.message.contains("Black Friday") == true)
    #expect(Self.decide { $0.settings.freeze = .init(reason: "x", until: Samples.now) }.allowed == 4)
    #expect(Self.decide([]) { $0.settings.freeze = .init(reason: "x") }.hold?.reason == .frozen)
  }

  // MARK: Order, cycle, bypass

  @Test("what is missing upstream is told before the approval, and that before the window")
  func order() {
    var question = Samples.question([Self.steps[0]]) {
      $0.upstreams = [Samples.upstream([])]
      $0.settings.needsApproval = true
      $0.windows = [Samples.window("0 2 * * *", .seconds(60))]
      $0.settings.freeze = .init(reason: "x")
    }
    #expect(question.decide().hold?.reason == .frozen)
    question.settings.freeze = nil
    #expect(question.decide().hold?.reason == .awaitingUpstream)
    question.upstreams = []
    #expect(question.decide().hold?.reason == .awaitingApproval)
    question.isApproved = true
    #expect(question.decide().hold?.reason == .outsideWindow)
    question.windows = []
    #expect(question.decide().hold == nil)
  }

  @Test("a cycle is stalled, whatever is pending")
  func cycle() {
    for steps in [[], Self.steps] {
      let decision = Self.decide(steps) { $0.cycle = ["a", "b", "a"] }
      #expect(decision.hold?.reason == .upstreamCycle && decision.hold?.isStalled == true)
      #expect(decision.hold?.message.contains("a after b after a") == true)
    }
  }

  @Test("a bypass opens every gate")
  func bypass() {
    let decision = Self.decide {
      $0.isBypassed = true
      $0.cycle = ["a", "a"]
      $0.upstreams = [UpstreamObservation(name: "u", state: .unavailable("x"), tellsContents: true, isPolled: true)]
      $0.settings.needsApproval = true
      $0.settings.freeze = .init(reason: "x")
      $0.windows = [Samples.window("0 2 * * *", .seconds(60))]
      $0.marksBaseline = true
    }
    #expect(decision == GateDecision(allowed: 4, hold: nil, held: 0))
  }

  @Test("an upstream that does not tell of changes is asked again, one of this cluster is not")
  func polling() {
    for isPolled in [true, false] {
      let decision = Self.decide {
        $0.upstreams = [Samples.upstream([], isPolled: isPolled)]
        $0.pollInterval = .seconds(7)
      }
      #expect(decision.lookAgain == (isPolled ? Samples.now.advanced(by: .seconds(7)) : nil))
    }
  }
}
