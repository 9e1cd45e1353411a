internal import TestSupport

/// One directory of migrations from the first to the last, with a fault again and again on the way.
struct Round: Sendable {
  let fault: Fault
  let number: Int
  /// How many faults at most; fewer happen if the work is done before.
  let wanted: Int
  let scene: Scene
  let say: @Sendable (String) -> Void

  /// What a round came to.
  struct Result: Sendable {
    var records: [FaultRecord] = []
    /// What was wrong with the world at its end.
    var findings: [Finding] = []
  }

  /// Runs the round; whatever goes wrong is in the result.
  ///
  /// - Throws: `CancellationError`.
  func run(_ random: inout SeededGenerator) async throws -> Result {
    var result = Result()
    do {
      try await waitForStart()
      while result.records.count < wanted {
        let moment = Moment.random(using: &random)
        try await moment.wait(scene.observer)
        let progress = try await scene.progress()
        if progress.succeeded >= scene.workload.migrations.count { break }
        let record = try await disturb(moment, progress, &random)
        result.records.append(record)
        say("\(record.line)")
        guard record.isSurvived else { return result }
      }
      try await waitForEnd()
      result.findings = try await scene.verify()
    } catch let error as CancellationError {
      throw error
    } catch {
      result.findings.append(Finding(.state, "\(error)"))
    }
    return result
  }

  /// The same round with another fault.
  func with(_ fault: Fault) -> Round {
    Round(fault: fault, number: number, wanted: wanted, scene: scene, say: say)
  }

  /// Makes the fault once, now.
  func disturb(_ random: inout SeededGenerator) async throws -> FaultRecord {
    try await disturb(.after(.zero), try await scene.progress(), &random)
  }

  private func disturb(
    _ moment: Moment, _ progress: Observer.Progress, _ random: inout SeededGenerator
  ) async throws -> FaultRecord {
    var record = FaultRecord(fault: fault.name, round: number, moment: "\(moment)")
    record.applied = progress.succeeded
    record.total = scene.workload.migrations.count
    do {
      let outcome = try await fault.inject(scene, &random)
      record.detail = outcome.detail
      record.recovery = try await recovery(outcome)
      try await outcome.ending?()
      record.problems = scene.verification.findingsUnderway(try await scene.tables()).map(\.description)
    } catch let error as CancellationError {
      throw error
    } catch {
      record.problems.append("\(error)")
    }
    return record
  }

  // MARK: Waiting

  /// What a person has just set right, such as a password, may be `Stalled` until the next look.
  private static let patience = Duration.seconds(15)

  /// Until the first migration is applied.
  func waitForStart() async throws {
    _ = try await eventually("the work begins", timeout: .seconds(90), lastState: state) {
      (await scene.observer.progress()?.succeeded ?? 0) > 0 ? true : nil
    }
  }

  /// How long it took until the work went on.
  private func recovery(_ outcome: Fault.Outcome) async throws -> Duration {
    let limit = scene.settings.leaseTimes.duration * 3 + .seconds(60)
    var nextLook = ContinuousClock.now + .seconds(1)
    var stalledSince: ContinuousClock.Instant?
    while true {
      let now = ContinuousClock.now
      if let progress = await scene.observer.progress() {
        if isProof(progress, of: outcome) { return max(.zero, .now - outcome.since) }
        if now > nextLook {
          nextLook = .now + .seconds(1)
          if let resource = try? await scene.resource() {
            if isDone(resource, progress) { return max(.zero, .now - outcome.since) }
            stalledSince = resource.stalled == nil ? nil : stalledSince ?? now
            if let stalled = resource.stalled, let stalledSince, now - stalledSince > Self.patience {
              throw NotPossible(description: "stalled: \(stalled)")
            }
          }
        }
      }
      guard now - outcome.since < limit else {
        throw NotPossible(description: "no recovery within \(limit): \(await state())")
      }
      try await Task.sleep(for: .milliseconds(15))
    }
  }

  private func isProof(_ progress: Observer.Progress, of outcome: Fault.Outcome) -> Bool {
    switch outcome.proof {
    case .newSession: !progress.sessions.isSubset(of: outcome.before.sessions)
    case .anyRow: progress.rows > outcome.before.rows
    }
  }

  private func isDone(_ resource: SceneResource, _ progress: Observer.Progress) -> Bool {
    let last = scene.workload.migrations.last.map { String($0.script.dropFirst().prefix { $0 != "_" }) }
    return progress.succeeded == scene.workload.migrations.count && resource.ready.hasPrefix("True")
      && resource.status?.currentVersion == last
  }

  /// Until everything is applied and the resource says so.
  func waitForEnd() async throws {
    var stalledSince: ContinuousClock.Instant?
    let ending: Ending = try await eventually(
      "everything is applied and Ready", timeout: .seconds(300), every: .milliseconds(300), lastState: state
    ) {
      guard let progress = await scene.observer.progress() else { return nil }
      let resource = try await scene.resource()
      stalledSince = resource.stalled == nil ? nil : stalledSince ?? .now
      if let stalled = resource.stalled, let stalledSince, .now - stalledSince > Self.patience {
        return Ending.stalled(stalled)
      }
      return isDone(resource, progress) ? Ending.done : nil
    }
    try ending.check()
  }

  private enum Ending {
    case done
    case stalled(String)

    func check() throws {
      if case .stalled(let text) = self { throw NotPossible(description: "stalled: \(text)") }
    }
  }

  private func state() async -> String {
    let progress = await scene.observer.progress()
    let ready = (try? await scene.resource().ready) ?? "the resource cannot be read"
    return "applied \(progress?.succeeded ?? -1) of \(scene.workload.migrations.count), Ready \(ready)"
  }
}
