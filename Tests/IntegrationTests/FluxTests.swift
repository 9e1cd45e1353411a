@testable import Controller
import FoundationEssentials
import TestSupport
import Testing

/// They install and remove the kinds of Flux, so they have an API server of their own.
@Suite("A source of Flux", .serialized, .onRealParts, .statesCitus, .ownAPIServer)
struct FluxTests {
  private typealias GitRepository = FluxKinds.GitRepository
  private typealias V1 = FluxVersions.V1

  private static func world(_ body: (World) async throws -> Void) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(workers: 0, kubernetes: try await .prepare(kubeconfig: local.kubeconfig), body)
  }

  private static let migrations = "{fluxSource: {kind: GitRepository, name: app, path: ./infra/db}}"
  private static func files(_ count: Int) -> [String: String] {
    var files = Trace.files(count).reduce(into: [:]) { $0["infra/db/\($1.key)"] = $1.value }
    files["infra/other/V9__other.sql"] = "SELECT no_such_function();"
    return files
  }

  @Test("is waited for with words of its own until Flux, the object and an artifact are there; then it is followed")
  func life() async throws {
    try await Self.world { world in
      try await RecordedController.run(world) { recorded in
        // A cluster without Flux, and resources that do not use it: not a single question.
        try await world.applyFiles(Trace.files(2), configMap: "plain")
        try await world.applyMigration { $0.migrations = "{configMap: {names: [plain]}}" }
        try await world.waitUntilReady()
        #expect(recorded.requests.filter { $0.contains("fluxcd") } == [])
        try await world.kubectl("delete", "cmig", "app")

        try await FluxFixture.run(world) { flux in
          try await world.applyMigration { $0.migrations = Self.migrations }
          let missing = try await world.wait(forReason: "SourceNotFound")
          let noKind =
            "the cluster has no kind GitRepository of source.toolkit.fluxcd.io: install Flux's source-controller"
          #expect(missing.ready?.message.hasPrefix(noKind) == true, "\(missing.ready?.message ?? "")")
          #expect(missing.reconciling?.status == "True" && missing.stalled == nil)
          #expect(
            !recorded.controller.output.contains("following the collection failed"), "nothing is watched that is not")
          #expect(recorded.requests.filter { $0.contains("/gitrepositories") } == [])

          try await FluxFixture.install("GitRepository", "gitrepositories", versions: ["v1"], world.kubectl)
          try await world.wait(for: "the object is missed") {
            $0.ready?.message.hasPrefix("GitRepository 'app' does not exist in namespace '\(world.namespace)'") == true
          }
          try await recorded.controller.waitForOutput("following a kind of Flux", timeout: .seconds(20))
          try await flux.apply("GitRepository")
          try await world.wait(for: "its status is missed") {
            $0.ready?.reason == "SourceUnavailable"
              && $0.ready?.message.contains("has changed, and Flux has not looked at it") == true
          }
          try await flux.report(
            GitRepository.self, V1.self, ready: "False", message: "authentication required", artifact: nil)
          try await world.wait(for: "Flux' own message is shown") {
            $0.ready?.message.hasPrefix("GitRepository 'app' is not Ready (Some): authentication required") == true
          }
          try await follow(world, flux)
        }
      }
    }
  }

  /// From the first artifact on, where no look comes by time.
  private func follow(_ world: World, _ flux: FluxFixture) async throws {
    try await world.applyMigration {
      $0.migrations = Self.migrations
      $0.more = ["interval: 1h", "retryInterval: 1h"]
    }
    try await flux.report(
      GitRepository.self, V1.self, artifact: try await flux.artifact(Self.files(2), "1111111111"))
    let first = try await world.waitUntilReady()
    #expect(first.status?.source?.revision.hasPrefix("gitrepository/app@main@sha1:1111111111@sha256:") == true)
    #expect(first.status?.currentVersion == "2")

    // Bytes that are not those of the digest: nothing of them is seen.
    let wrong = try await flux.artifact(Self.files(4), "2222222222", digest: String(repeating: "0", count: 64))
    try await flux.report(GitRepository.self, V1.self, artifact: wrong)
    try await world.wait(for: "the digest is missed") {
      $0.ready?.reason == "SourceUnavailable" && $0.ready?.message.contains("is not what its digest") == true
    }
    #expect(try await Trace.versions(world) == Trace.once(2))

    try await flux.report(
      GitRepository.self, V1.self, artifact: try await flux.artifact(Self.files(3), "3333333333"))
    try await world.wait(for: "version 3 by the watch alone", timeout: .seconds(20)) {
      $0.status?.currentVersion == "3" && $0.ready?.status == "True"
    }
    try await world.annotate("reconcile-at", "again")
    try await world.wait(for: "another look") { $0.status?.lastHandledReconcileAt == "again" }
    #expect(
      flux.server.output.matches(of: /GET \/3333333333/).count == 1, "an unchanged artifact is not downloaded again")
    #expect(try await Trace.versions(world) == Trace.once(3))

    var pointer = Self.files(3)
    pointer["infra/db/V4__lfs.sql"] = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    try await flux.report(GitRepository.self, V1.self, artifact: try await flux.artifact(pointer, "4444444444"))
    let stalled = try await world.wait(forReason: "InvalidSource")
    #expect(stalled.ready?.message.contains("'V4__lfs.sql' is a pointer of Git LFS") == true)
  }

  @Test("may be of any of the kinds, also in the older version of Flux's API")
  func kinds() async throws {
    try await Self.world { world in
      try await FluxFixture.install("OCIRepository", "ocirepositories", versions: ["v1beta2"], world.kubectl)
      try await FluxFixture.install("Bucket", "buckets", versions: ["v1", "v1beta2"], world.kubectl)
      try await FluxFixture.run(world) { flux in
        try await flux.apply("OCIRepository", version: "v1beta2")
        try await flux.apply("Bucket")
        let artifact = try await flux.artifact(Self.files(2), "5555555555")
        try await flux.report(FluxKinds.OCIRepository.self, FluxVersions.V1beta2.self, artifact: artifact)
        try await flux.report(FluxKinds.Bucket.self, V1.self, artifact: artifact)
        _ = try await world.runController { _ in
          for (kind, version) in [("OCIRepository", nil), ("Bucket", nil), ("Bucket", "v1beta2")] {
            let api = version.map { ", apiVersion: source.toolkit.fluxcd.io/\($0)" } ?? ""
            try await world.applyMigration {
              $0.migrations = "{fluxSource: {kind: \(kind), name: app, path: infra/db\(api)}}"
            }
            let ready = try await world.wait(for: "\(kind) \(version ?? "")") {
              $0.ready?.status == "True" && $0.status?.observedGeneration == $0.metadata.generation
            }
            #expect(ready.status?.source?.revision.hasPrefix("\(kind.lowercased())/app@main@sha1:5555555555@") == true)
          }
          try await world.applyMigration {
            $0.migrations = "{fluxSource: {kind: OCIRepository, name: app, apiVersion: source.toolkit.fluxcd.io/v1}}"
          }
          try await world.wait(forReason: "SourceNotFound")
        }
        #expect(try await Trace.versions(world) == Trace.once(2))
      }
    }
  }

  @Test("of another namespace is refused, unless the controller was told otherwise")
  func otherNamespace() async throws {
    try await Self.world { world in
      let other = try await KubernetesCluster.prepare(kubeconfig: world.kubectl.kubeconfig).makeNamespace()
      try await FluxFixture.install("GitRepository", "gitrepositories", versions: ["v1"], world.kubectl)
      let there = World(kubectl: other, database: world.database, binary: world.binary, workers: 0)
      try await FluxFixture.run(there) { flux in
        try await flux.apply("GitRepository")
        try await flux.report(
          GitRepository.self, V1.self, artifact: try await flux.artifact(Self.files(2), "6666666666"))
        try await world.applyMigration {
          $0.migrations =
            "{fluxSource: {kind: GitRepository, name: app, namespace: \(other.namespace), path: infra/db}}"
        }
        _ = try await world.runController { _ in
          let stalled = try await world.wait(forReason: "InvalidSource")
          #expect(stalled.ready?.message.contains("--allow-cross-namespace-sources") == true)
        }
        _ = try await world.runController(["--allow-cross-namespace-sources"]) { _ in try await world.waitUntilReady() }
      }
    }
  }
}
