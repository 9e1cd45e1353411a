internal import TestSupport

// What happens to the servers. Recovery counts from when they are back: how long they are away is up to the test.
extension Fault {
  static let restartCoordinator = Fault(
    "restart-coordinator", "coordinator restarted", counted: "its being back", parts: [.ownServers]
  ) { scene, random in
    try await restart("coordinator", scene, &random, proof: .newSession)
  }

  static let restartWorker = Fault(
    "restart-worker", "worker restarted", counted: "its being back", parts: [.ownServers]
  ) { scene, random in
    try await restart("worker-\(Int.random(in: 1...2, using: &random))", scene, &random, proof: .anyRow)
  }

  static let restartAPIServer = Fault(
    "restart-apiserver", "kube-apiserver restarted", counted: "its being back", parts: [.ownServers]
  ) { scene, random in
    try await restart("kube-apiserver", scene, &random, proof: .anyRow)
  }

  static let restartEtcd = Fault(
    "restart-etcd", "etcd restarted", counted: "its being back", parts: [.ownServers]
  ) { scene, random in
    try await restart("etcd", scene, &random, proof: .anyRow)
  }

  private static func restart(
    _ part: String, _ scene: Scene, _ random: inout SeededGenerator, proof: Proof
  ) async throws -> Outcome {
    guard let infrastructure = scene.infrastructure else {
      throw NotPossible(description: "the servers belong to others as well")
    }
    let isKilled = Bool.random(using: &random)
    let away = Duration.milliseconds(Int.random(in: 0..<2500, using: &random))
    var before = try await scene.progress()
    if isKilled { try await infrastructure.kill(part) } else { try await infrastructure.stop(part) }
    try await Task.sleep(for: away)
    try await infrastructure.start(part)
    if proof == .anyRow { before = try await scene.progress() }
    return Outcome(
      "\(part) \(isKilled ? "killed" : "stopped") for \(away.inSeconds) s and its start", since: .now,
      proof: proof, before: before)
  }
}

/// Why a fault cannot be made here.
struct NotPossible: Error, CustomStringConvertible {
  let description: String
}
