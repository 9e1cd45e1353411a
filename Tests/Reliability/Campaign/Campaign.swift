package import TestSupport

/// Many rounds: each fault as often as it is asked for.
package struct Campaign: Sendable {
  /// A fault and how often.
  package struct Order: Sendable {
    package let fault: Fault
    package let times: Int

    /// - Parameters:
    ///   - fault: which.
    ///   - times: how often; rounds go on until it has happened so often, or has failed `patience` times.
    package init(_ fault: Fault, times: Int) {
      self.fault = fault
      self.times = times
    }
  }

  let settings: SceneSettings
  let infrastructure: LocalInfrastructure?
  let cluster: CitusCluster
  let kubernetes: KubernetesCluster
  let evidence: String
  let say: @Sendable (String) -> Void

  /// - Parameters:
  ///   - settings: for every scene; its seed determines the whole campaign.
  ///   - infrastructure: where the cluster and the API server come from, if they may be stopped.
  ///   - evidence: a folder for what failed; it is made when it is not there.
  ///   - say: is told what happens, line by line.
  package init(
    _ settings: SceneSettings, infrastructure: LocalInfrastructure?, cluster: CitusCluster,
    kubernetes: KubernetesCluster, evidence: String, say: @escaping @Sendable (String) -> Void
  ) {
    self.settings = settings
    self.infrastructure = infrastructure
    self.cluster = cluster
    self.kubernetes = kubernetes
    self.evidence = evidence
    self.say = say
  }

  /// Makes the faults of one order; the same seed makes the same faults at the same moments, as far as the machine lets it.
  ///
  /// - Throws: what keeps a scene from being made at all; `CancellationError`.
  package func run(_ order: Order) async throws -> [FaultRecord] {
    var records: [FaultRecord] = []
    var number = 0
    var failures = 0
    while records.count < order.times, failures < 3 {
      number += 1
      let fresh = try await round(order.fault, number, wanted: order.times - records.count)
      if fresh.isEmpty || fresh.contains(where: { !$0.isSurvived }) { failures += 1 }
      records += fresh
    }
    return records
  }

  private func round(_ fault: Fault, _ number: Int, wanted: Int) async throws -> [FaultRecord] {
    var settings = settings
    settings.parts = fault.parts
    let name = fault.name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    settings.seed = self.settings.seed &+ name &+ UInt64(number)
    var random = SeededGenerator(seed: settings.seed)
    let folder = try EvidenceFolder("\(evidence)/\(fault.name)-\(number)")
    try await infrastructure?.startAll()
    var late: [Finding] = []
    var isClean = false
    var result = try await Scene.run(
      settings, cluster: cluster, kubernetes: kubernetes, infrastructure: infrastructure, folder: folder.path
    ) { scene in
      let round = Round(fault: fault, number: number, wanted: wanted, scene: scene) { line in
        say("\(fault.name) round \(number): \(line)")
      }
      let result = try await round.run(&random)
      isClean = result.findings.isEmpty && result.records.allSatisfy(\.isSurvived)
      if !isClean { await folder.keep(scene, result) }
      return result
    } whenStopped: { scene in
      // A round that was given up has not released what it held; only a whole one is judged by what it leaves.
      guard isClean else { return }
      late = try await scene.verifyAfterStop()
      if !late.isEmpty { await folder.keep(scene, Round.Result(findings: late)) }
    }
    result.findings += late
    return conclude(result, fault, number, folder)
  }

  private func conclude(
    _ result: Round.Result, _ fault: Fault, _ number: Int, _ folder: EvidenceFolder
  ) -> [FaultRecord] {
    var records = result.records
    let problems = result.findings.map(\.description)
    if !problems.isEmpty {
      // What is wrong at the end may come from any fault of the round.
      if records.isEmpty { records.append(FaultRecord(fault: fault.name, round: number, moment: "before any fault")) }
      for index in records.indices { records[index].problems += problems }
      for problem in problems { say("\(fault.name) round \(number): FOUND \(problem)") }
    }
    if records.allSatisfy(\.isSurvived) {
      if !settings.keepsLogs { folder.remove() }
    } else {
      say("\(fault.name) round \(number): the evidence is in \(folder.path)")
    }
    return records
  }
}
