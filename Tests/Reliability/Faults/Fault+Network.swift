internal import Support
internal import TestSupport

// What happens between the replicas and what they talk to.
extension Fault {
  static let cutConnections = Fault(
    "cut-connections", "database connections reset by a proxy", counted: "the reset"
  ) { scene, random in
    // Now and then the server's side lives on, as when a proxy dies whose packets nobody misses.
    let keeping = Duration.milliseconds(Bool.random(using: &random) ? Int.random(in: 200..<1500, using: &random) : 0)
    let before = try await scene.progress()
    let count = scene.relay.cut(keepingServerSide: keeping)
    return Outcome(
      "\(count) connections, the server's side \(keeping.inSeconds) s later", since: .now,
      proof: count > 0 ? .newSession : .anyRow, before: before)
  }

  static let cutNetwork = Fault(
    "cut-network", "leader cut off from the database, Lease still held", counted: "the network's being back"
  ) { scene, random in
    let leader = try await scene.leader()
    guard let process = leader.identifier else { throw NotPossible(description: "the leader is gone") }
    let passage: TCPRelay.Passage = Bool.random(using: &random) ? .frozen : .refused
    let isReset = passage == .refused || Bool.random(using: &random)
    let time = Duration.milliseconds(Int.random(in: 500..<6000, using: &random))
    var before = try await scene.progress()
    scene.relay.set(passage, for: process)
    if passage == .refused { scene.relay.cut(process) }
    try await Task.sleep(for: time)
    // A firewall that has forgotten a connection answers the next packet with a reset; one that has not lets it pass.
    let count = isReset ? scene.relay.cut(process) : 0
    scene.relay.set(.open, for: process)
    let proof: Proof = isReset && count > 0 || passage == .refused ? .newSession : .anyRow
    if proof == .anyRow { before = try await scene.progress() }
    return Outcome(
      "\(leader.name) \(passage) for \(time.inSeconds) s\(isReset ? ", then reset" : "")", since: .now,
      proof: proof, before: before)
  }

  static let disturbAPI = Fault(
    "disturb-api", "API answers 410, 429, 500, or gets lost", counted: "the end of it", parts: [.apiRelay]
  ) { scene, random in
    guard let relay = scene.apiRelay else { throw NotPossible(description: "there is no relay before the API") }
    let share = Double.random(in: 0.2...0.9, using: &random)
    let time = Duration.milliseconds(Int.random(in: 500..<4000, using: &random))
    let generator = Guarded(SeededGenerator(seed: random.next()))
    relay.disturb { _ in
      generator.withLock { random in
        guard Double.random(in: 0..<1, using: &random) < share else { return nil }
        return APIRelay.Mishap.allCases.randomElement(using: &random)
      }
    }
    relay.tearStreams()
    try await Task.sleep(for: time)
    relay.heal()
    let before = try await scene.progress()
    return Outcome(
      "\(Int(share * 100)) % of the requests for \(time.inSeconds) s", since: .now, proof: .anyRow,
      before: before)
  }
}
