internal import Postgres
internal import Support
package import TestSupport

extension Scene {
  /// Makes a scene, runs `body` while two replicas are at work, stops them, and takes the scene away.
  ///
  /// - Parameters:
  ///   - infrastructure: where the cluster and the API server come from, if they may be stopped.
  ///   - folder: an existing folder for logs.
  ///   - body: may throw; then the replicas are killed.
  ///   - whenStopped: runs after the replicas have ended in order, with the database still there.
  package static func run<Value: Sendable>(
    _ settings: SceneSettings, cluster: CitusCluster, kubernetes: KubernetesCluster,
    infrastructure: LocalInfrastructure?, folder: String, _ body: (Scene) async throws -> Value,
    whenStopped: (Scene) async throws -> Void
  ) async throws -> Value {
    let kubectl = try await kubernetes.makeNamespace()
    return try await cluster.withDatabase { database in
      let relay = TCPRelay(to: cluster.port(of: .coordinator))
      defer { relay.end() }
      return try await withAPIRelay(settings, kubeconfig: kubectl.kubeconfig, folder: folder) { apiRelay, kubeconfig in
        let programmes = programmes(
          settings, flags(settings), kubectl.namespace, kubeconfig: kubeconfig, folder: folder)
        let scene = Scene(
          settings: settings, kubectl: kubectl, database: database, infrastructure: infrastructure, relay: relay,
          apiRelay: apiRelay, replicas: programmes.map { Replica($0.key, $0.value) }.sorted { $0.name < $1.name },
          observer: Observer(database.parameters()), folder: folder,
          work: Guarded(Workload(settings.migrations, seed: settings.seed)),
          role: Guarded(try await role(settings, database, infrastructure)))
        try await scene.declare()
        let value = try await scene.withReplicas(body)
        try await whenStopped(scene)
        await scene.observer.close()
        return value
      }
    }
  }

  private func withReplicas<Value: Sendable>(_ body: (Scene) async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for replica in replicas { group.addTask { try await replica.run() } }
      do {
        let value = try await body(self)
        for replica in replicas {
          // One that still stands still could not end.
          try? replica.resume()
          replica.stop()
        }
        try await group.waitForAll()
        return value
      } catch {
        for replica in replicas { try? replica.kill() }
        for replica in replicas { replica.stop() }
        group.cancelAll()
        throw error
      }
    }
  }

  private func declare() async throws {
    try await kubectl("create", "-f", "-", input: try JSONText.of(Manifest.configMap(workload.files)))
    let authority = database.parameters().tls.certificateAuthority ?? ""
    let role = role.withLock { $0 }
    try await kubectl(
      "create", "-f", "-",
      input: try JSONText.of(
        Manifest.secret(["username": role.name, "password": role.password, "ca.crt": authority])))
    try await kubectl.apply(Manifest.resource(port: relay.port, database: database.name))
  }

  // MARK: Replicas

  private static func programmes(
    _ settings: SceneSettings, _ flags: [String], _ namespace: String, kubeconfig: String, folder: String
  ) -> [String: Replica.Programme] {
    let arguments =
      [
        "controller", "--kubeconfig", kubeconfig, "--namespace", namespace, "--lease-namespace", namespace,
        "--log-level", settings.logLevel,
      ] + flags
    return ["a", "b"].reduce(into: [:]) { programmes, name in
      var programme = Replica.Programme(path: settings.binary, arguments: arguments, folder: folder)
      if settings.parts.contains(.fakeClock) {
        programme.environment = FakeClock.environment(file: FakeClock.file(folder, name))
      }
      programmes[name] = programme
    }
  }

  /// The flags for Leases, and no port that both replicas would want.
  private static func flags(_ settings: SceneSettings) -> [String] {
    settings.leaseTimes.arguments + ["--operations-address", ""]
  }

  // MARK: The ways in

  private static func withAPIRelay<Value: Sendable>(
    _ settings: SceneSettings, kubeconfig: String, folder: String,
    _ body: (APIRelay?, String) async throws -> Value
  ) async throws -> Value {
    guard settings.parts.contains(.apiRelay) else { return try await body(nil, kubeconfig) }
    let arguments = ["--kubeconfig", kubeconfig, "proxy", "--port=0"]
    return try await RunningProcess.run("kubectl", arguments) { proxy in
      try await proxy.waitForOutput("Starting to serve on ")
      let port = proxy.output.split(separator: "\n").first { $0.hasPrefix("Starting") }
        .flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
      let relay = try APIRelay(to: port ?? 0)
      defer { relay.stop() }
      return try await body(relay, try TextFile.write(Manifest.kubeconfig(relay.url), to: "\(folder)/kubeconfig"))
    }.value
  }

  /// The cluster's own superuser, or a role of the scene's own.
  private static func role(
    _ settings: SceneSettings, _ database: CitusDatabase, _ infrastructure: LocalInfrastructure?
  ) async throws -> Role {
    let parameters = database.parameters()
    guard settings.parts.contains(.ownRole), let infrastructure else {
      return Role(name: parameters.user, password: parameters.password?.reveal() ?? "")
    }
    return try await RotatingRole.make(database, infrastructure)
  }
}
