import Glibc
import Reliability
import TestSupport
import Testing

/// A short part of the fault suite; `make chaos` is the whole.
@Suite("Two replicas under faults", .statesCitus, .onRealParts)
struct ReliabilityTests {
  private static let faults = ["kill-leader", "pause-leader", "cut-connections", "cut-network", "edit-configmap"]

  @Test("apply every migration exactly once", arguments: faults)
  func survives(name: String) async throws {
    let fault = try #require(Fault.withoutOwnServers.first { $0.name == name })
    let campaign = try await Self.campaign(migrations: 30)
    // Not if there is evidence in it.
    defer { rmdir(Self.evidence) }
    let records = try await campaign.run(Campaign.Order(fault, times: 1))
    #expect(!records.isEmpty)
    for record in records { #expect(record.isSurvived, "\(record.line)") }
  }

  @Test("a migration that really ran twice is found")
  func doubleIsFound() async throws {
    var settings = try Self.settings()
    settings.migrations = 6
    let folder = try TemporaryDirectory()
    // The last one can run again without an error, as a backfill can.
    settings.seed = try #require((1...100).first { Workload(6, seed: $0).migrations.last?.kind == .backfill })
    let findings = try await Scene.run(
      settings, cluster: try await CitusCluster.shared(), kubernetes: try await KubernetesCluster.shared(),
      infrastructure: nil, folder: folder.path
    ) { scene in
      try await scene.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "cmig/app")
      #expect(try await scene.verify().isEmpty)
      // The history forgets it, as it would if it were recorded wrongly, and the next look applies it again.
      try await scene.database.run("DELETE FROM flyway_schema_history WHERE script LIKE 'V0006%'")
      try await scene.kubectl("annotate", "cmig/app", "whimbrel.dev/reconcile-at=again")
      try await scene.database.wait(
        until: "SELECT count(*) = 1 FROM flyway_schema_history WHERE script LIKE 'V0006%' AND success")
      try await scene.kubectl("wait", "--for=condition=Ready", "--timeout=60s", "cmig/app")
      return scene.verification.findings(try await scene.evidence())
    } whenStopped: { _ in
    }
    #expect(findings.filter { $0.kind == .double }.count >= 4, "three rows and the tally: \(findings)")
    #expect(!findings.contains { $0.kind == .loss })
  }

  // What failed is to be read after the test, so its folder stays. Of this process alone: others may run beside it.
  private static let evidence = "\(TemporaryDirectory.parent)/whimbrel-evidence-\(getpid())"

  private static func settings() throws -> SceneSettings {
    SceneSettings(binary: try #require(RealParts.binary), seed: 20_260_101)
  }

  private static func campaign(migrations: Int) async throws -> Campaign {
    var settings = try settings()
    settings.migrations = migrations
    return Campaign(
      settings, infrastructure: nil, cluster: try await CitusCluster.shared(),
      kubernetes: try await KubernetesCluster.shared(), evidence: evidence
    ) { print($0) }
  }
}
