import Support
import TestSupport
import Testing

extension World {
  /// As `withController`, while no other test has a database, so that servers may be stopped.
  static func withControllerExclusively(
    _ body: @Sendable (World, RunningProcess) async throws -> Void
  ) async throws {
    let binary = try #require(RealParts.binary)
    let kubectl = try await KubernetesCluster.shared().makeNamespace()
    try await CitusCluster.shared().exclusively { database in
      let world = World(kubectl: kubectl, database: database, binary: binary, workers: 2)
      try await kubectl.apply(SecretManifest("credentials", world.credentials))
      let ending = try await world.runController { controller in
        try await body(world, controller)
      }
      #expect(ending == .exited(0), "the controller ends well at SIGTERM")
    }
  }

  /// Sets an annotation of the resource `app`.
  func annotate(_ name: String, _ value: String) async throws {
    try await kubectl("annotate", "--overwrite", "cmig", "app", "whimbrel.dev/\(name)=\(value)")
  }
}
