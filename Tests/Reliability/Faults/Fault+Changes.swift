internal import Support
internal import TestSupport

// What people change while the controllers are at work.
extension Fault {
  static let editConfigMap = Fault(
    "edit-configmap", "migrations added to the ConfigMap", counted: "the edit"
  ) { scene, random in
    let count = Int.random(in: 1...3, using: &random)
    try await scene.addMigrations(count)
    let before = try await scene.progress()
    return Outcome("\(count) more", since: .now, proof: .anyRow, before: before)
  }

  static let rotateSecret = Fault(
    "rotate-secret", "password changed, then the Secret", counted: "the Secret's change",
    parts: [.ownServers, .ownRole]
  ) { scene, random in
    let role = scene.role.withLock { $0 }
    let password = "next-" + String(random.next(), radix: 36)
    let pause = Duration.milliseconds(Int.random(in: 0..<2000, using: &random))
    let isEnding = Bool.random(using: &random)
    try await RotatingRole.change(role, to: password, scene)
    scene.role.withLock { $0.password = password }
    // Sessions that are there may stay; those that are ended need the new password.
    if isEnding {
      _ = try? await scene.database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(role.name)'"
          + " AND application_name LIKE 'whimbrel/%'")
    }
    try await Task.sleep(for: pause)
    try await scene.patch("secret", "credentials", ["stringData": ["password": password]])
    let before = try await scene.progress()
    return Outcome(
      "the Secret \(pause.inSeconds) s later\(isEnding ? ", sessions ended" : "")", since: .now,
      proof: .anyRow, before: before)
  }
}
