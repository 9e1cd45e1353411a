internal import TestSupport

// What happens to the replicas themselves.
extension Fault {
  static let killLeader = Fault("kill-leader", "kill -9 of the leader", counted: "the kill") { scene, _ in
    let leader = try await scene.leader()
    let before = try await scene.progress()
    try leader.kill()
    return Outcome("replica \(leader.name)", since: .now, proof: .newSession, before: before)
  }

  static let terminateLeader = Fault("stop-leader", "SIGTERM to the leader", counted: "the signal") { scene, _ in
    let leader = try await scene.leader()
    let before = try await scene.progress()
    try leader.terminate()
    return Outcome("replica \(leader.name)", since: .now, proof: .newSession, before: before)
  }

  static let pauseLeader = Fault(
    "pause-leader", "SIGSTOP of the leader, SIGCONT after take-over", counted: "the SIGSTOP"
  ) { scene, random in
    let leader = try await scene.leader()
    let before = try await scene.progress()
    let further = Duration.milliseconds(Int.random(in: 0..<1500, using: &random))
    try leader.pause()
    return Outcome("replica \(leader.name)", since: .now, proof: .newSession, before: before) {
      // The other one is at work; the old leader wakes in the middle of that.
      try await Task.sleep(for: further)
      try leader.resume()
      try await Task.sleep(for: .seconds(1))
    }
  }

  static let stepClock = Fault(
    "step-clock", "clock of one replica stepped", counted: "the step", parts: [.fakeClock]
  ) { scene, random in
    let isLeader = Bool.random(using: &random)
    // Back by little only: before the certificates were made TLS is right to refuse, and libfaketime, which leaves the
    // monotonic clocks alone, delays the timers on them by as much as the clock was put back.
    let sizes = [-5, -2, 5, 30, 3600, 86_400]
    let seconds = sizes[Int.random(in: 0..<sizes.count, using: &random)]
    let leader = try await scene.leader()
    let replica = isLeader ? leader : scene.replicas.first { $0 !== leader } ?? leader
    try FakeClock.set(seconds, FakeClock.file(scene.folder, replica.name))
    // The library looks at the file once a second.
    try await Task.sleep(for: .milliseconds(1100))
    let before = try await scene.progress()
    return Outcome(
      "the \(isLeader ? "leader's" : "other's"), \(replica.name), by \(seconds) s", since: .now, proof: .anyRow,
      before: before)
  }
}

extension Scene {
  /// How far the work has come, from a database that answers.
  func progress() async throws -> Observer.Progress {
    try await eventually("the database answers", timeout: .seconds(30)) { await observer.progress() }
  }
}
