internal import Support
internal import TestSupport

/// A long run: migrations keep coming, faults happen now and then that leave the processes alive, memory is sampled.
package struct Soak: Sendable {
  /// What a soak came to.
  package struct Result: Sendable {
    package var memory = MemorySamples()
    package var records: [FaultRecord] = []
    package var findings: [Finding] = []
    package var applied = 0
  }

  let campaign: Campaign
  let length: Duration
  /// From one addition to the ConfigMap to the next.
  let pause = Duration.seconds(3)
  let samplePause = Duration.seconds(30)

  /// - Parameters:
  ///   - campaign: where it runs.
  ///   - length: how long migrations keep coming.
  package init(_ campaign: Campaign, length: Duration) {
    self.campaign = campaign
    self.length = length
  }

  /// The faults of a soak: a process that is killed has no memory that could be watched.
  static let faults = Fault.all.filter {
    !["kill-leader", "stop-leader", "step-clock"].contains($0.name)
  }

  /// Runs to its end; writes each sample to `memory.csv` in the campaign's folder.
  package func run() async throws -> Result {
    var settings = campaign.settings
    settings.parts = Set(Self.faults.flatMap(\.parts))
    settings.logLevel = "info"
    settings.migrations = 20
    var random = SeededGenerator(seed: settings.seed)
    let folder = try EvidenceFolder("\(campaign.evidence)/soak")
    try TextFile.write("seconds,replica,process,kilobytes,applied\n", to: "\(folder.path)/memory.csv")
    var result = Result()
    var late: [Finding] = []
    try await Scene.run(
      settings, cluster: campaign.cluster, kubernetes: campaign.kubernetes, infrastructure: campaign.infrastructure,
      folder: folder.path
    ) { scene in
      try await work(scene, &random, &result, folder)
    } whenStopped: { scene in
      late = try await scene.verifyAfterStop()
    }
    result.findings += late
    return result
  }

  private func work(
    _ scene: Scene, _ random: inout SeededGenerator, _ result: inout Result, _ folder: EvidenceFolder
  ) async throws {
    let start = ContinuousClock.now
    let round = Round(fault: Fault.editConfigMap, number: 1, wanted: 0, scene: scene, say: campaign.say)
    try await round.waitForStart()
    var nextSample = ContinuousClock.now
    var nextFault = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now - start < length {
      try await Task.sleep(for: pause)
      // While the API server restarts nobody can add anything; the next time comes soon.
      do { try await scene.addMigrations(1) } catch { campaign.say("not added: \(error)") }
      if ContinuousClock.now >= nextSample {
        nextSample += samplePause
        await sample(scene, since: start, &result, folder)
      }
      if ContinuousClock.now >= nextFault {
        nextFault = .now + .seconds(Int.random(in: 30..<90, using: &random))
        let fault = Self.faults[Int.random(in: 0..<Self.faults.count, using: &random)]
        let record = try await round.with(fault).disturb(&random)
        campaign.say("soak: \(fault.name) \(record.line)")
        result.records.append(record)
      }
    }
    do {
      try await round.waitForEnd()
      result.findings = try await scene.verify()
    } catch {
      result.findings.append(Finding(.state, "\(error)"))
    }
    await sample(scene, since: start, &result, folder)
    result.applied = await scene.observer.progress()?.succeeded ?? 0
    let isClean = result.findings.isEmpty && result.records.allSatisfy(\.isSurvived)
    if !isClean { await folder.keep(scene, Round.Result(records: result.records, findings: result.findings)) }
  }

  private func sample(
    _ scene: Scene, since start: ContinuousClock.Instant, _ result: inout Result, _ folder: EvidenceFolder
  ) async {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let applied = await scene.observer.progress()?.succeeded ?? 0
    for replica in scene.replicas {
      guard let process = replica.identifier, let kilobytes = replica.residentKilobytes else { continue }
      result.memory.add(
        MemorySamples.Sample(
          seconds: seconds, replica: replica.name, process: process, kilobytes: kilobytes, applied: applied))
      let line = "\(Int(seconds)),\(replica.name),\(process),\(kilobytes),\(applied)"
      campaign.say("soak: memory \(line)")
      do { try TextFile.append(line + "\n", to: "\(folder.path)/memory.csv") } catch { campaign.say("\(error)") }
    }
  }
}
