internal import Glibc

/// An infrastructure of a test's own, whose parts it may kill: `infrastructure/local` in a temporary folder.
package struct LocalInfrastructure: Sendable {
  private let script: CitusClusterScript
  private let folder: TemporaryDirectory

  /// The folder with its state, as `WHIMBREL_STATE` names it.
  package var state: String { script.state }

  /// The kubeconfig of its administrator.
  package var kubeconfig: String { script.state + "/kubeconfig" }

  /// What service accounts have asked the API server for, one JSON object a line (`audit.k8s.io/v1`).
  package var auditLog: String { script.state + "/kubernetes/audit.log" }

  /// Runs `body` with everything up, or with etcd and the API server alone, and stops and removes it at the end.
  ///
  /// Both take some seconds.
  package static func run<Value: Sendable>(
    kubernetesOnly: Bool = false, _ body: (LocalInfrastructure) async throws -> Value
  ) async throws -> Value {
    let folder = try TemporaryDirectory(in: TemporaryDirectory.memory)
    // PostgreSQL may run as another user, who has to be let through.
    chmod(folder.path, 0o755)
    let local = LocalInfrastructure(script: CitusClusterScript(state: folder.path + "/state"), folder: folder)
    do {
      try await local.script.run(["up"] + (kubernetesOnly ? ["--kubernetes"] : []))
      let value = try await body(local)
      try await local.script.run(["down"])
      return value
    } catch {
      // The test's own error matters more than one of tidying up.
      _ = try? await local.script.run(["down"])
      throw error
    }
  }

  /// Its Citus cluster.
  package func cluster() async throws -> CitusCluster { try await CitusCluster.ask(script) }

  /// The file with the passwords that the servers connect to each other with.
  package var passwordFile: String { script.state + "/postgresql/passfile" }

  /// Kills a part with all it has started, such as `kube-apiserver`.
  package func kill(_ part: String) async throws { try await script.run(["kill", part]) }
  /// Stops a part in order.
  package func stop(_ part: String) async throws { try await script.run(["stop", part]) }
  /// Starts a part and waits until it answers.
  package func start(_ part: String) async throws { try await script.run(["start", part]) }
}

extension LocalInfrastructure {
  /// Starts whatever does not run, and waits until it answers.
  package func startAll() async throws {
    for part in ["etcd", "kube-apiserver", "coordinator", "worker-1", "worker-2"] { try await start(part) }
  }
}
