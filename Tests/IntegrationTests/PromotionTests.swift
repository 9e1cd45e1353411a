@testable import Controller
import Kubernetes
import MigrationCore
import Postgres
import Support
import TestSupport
import Testing

@Suite("Promotion gates", .statesCitus, .onRealParts)
struct PromotionTests {
  // MARK: Upstream

  @Test("only what upstream has applied is applied, and the rest follows once it is there")
  func after() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        try await lab.world.applyFiles(GateLab.only(2), configMap: "dev-files")
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev, files: "dev-files")
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [{name: dev}]}")
        let early = try await lab.look().migration
        #expect(early.ready?.reason == "UpstreamUnavailable" && early.status?.gate?.held == 3)
        #expect(try await lab.applied().isEmpty)
        #expect(try await !lab.world.exists("one"))

        let ready = try await lab.look("dev").migration
        #expect(ready.status?.applied?.map(\.version) == ["1", "2"])
        #expect(ready.status?.applied?.allSatisfy { $0.sha256?.count == 64 && $0.appliedAt != nil } == true)
        let (held, again) = try await lab.look()
        #expect(try await lab.applied() == Array(GateLab.scripts.prefix(2)))
        #expect(held.ready?.status == "False" && held.ready?.reason == "AwaitingUpstream")
        #expect(held.reconciling?.status == "True" && held.stalled == nil)
        #expect(held.condition("GateOpen")?.status == "False" && held.status?.summary == "Awaiting upstream")
        #expect(held.status?.gate?.message.contains("has not applied V3 (V3__three.sql) yet") == true)
        #expect(held.status?.lastRun?.outcome == "Succeeded" && held.status?.lastRun?.steps?.count == 2)
        #expect(again == .seconds(600), "an upstream of this cluster tells of itself")

        try await lab.world.applyFiles(GateLab.files, configMap: "dev-files")
        try await lab.look("dev")
        let done = try await lab.look().migration
        #expect(done.ready?.reason == "Applied" && done.condition("GateOpen")?.status == "True")
        #expect(done.status?.gate == nil)
        #expect(try await lab.applied() == GateLab.scripts)
      }
    }
  }

  @Test("another checksum upstream stalls, names both sides, and what stands before it is applied")
  func divergence() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        var other = GateLab.files
        other["V2__two.sql"] = "CREATE TABLE two (id bigint);"
        try await lab.world.applyFiles(other, configMap: "dev-files")
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev, files: "dev-files")
        try await lab.apply(
          "app", database: lab.world.database.name, promotion: "{after: [{name: dev}], reportReady: true}")
        let upstream = try await lab.look("dev").migration
        let stalled = try await lab.look().migration
        #expect(stalled.stalled?.reason == "UpstreamDiverged" && stalled.ready?.status == "False")
        let message = stalled.stalled?.message ?? ""
        let sums = [
          upstream.status?.applied?[1].checksum ?? 0, try await lab.checksum(of: "V2__two.sql", GateLab.files),
        ]
        for part in ["V2", "\(sums[0])", "\(sums[1])", "CitusMigration \(lab.world.namespace)/dev", "V2__two.sql"] {
          #expect(message.contains(part), "\(part) in: \(message)")
        }
        #expect(try await lab.applied() == ["V1__one.sql"])
      }
    }
  }

  @Test("an upstream that is deleted is waited for, and what it told counts no longer")
  func deleted() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev)
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [{name: dev}]}")
        try await lab.look("dev")
        try await lab.world.kubectl("delete", "cmig", "dev")
        let held = try await lab.look().migration
        #expect(held.ready?.reason == "UpstreamUnavailable")
        #expect(held.ready?.message.contains("does not exist") == true)
        #expect(try await lab.applied().isEmpty)
      }
    }
  }

  @Test("resources that come after each other are stalled, each of them, and a namespace needs the flag")
  func cycle() async throws {
    try await GateLab.with { lab in
      try await lab.world.applyFiles(GateLab.files)
      for (name, after) in [("app", "other"), ("other", "app")] {
        try await lab.apply(name, database: lab.world.database.name, promotion: "{after: [{name: \(after)}]}")
      }
      for name in ["app", "other"] {
        let stalled = try await lab.look(name).migration
        #expect(stalled.stalled?.reason == "UpstreamCycle" && stalled.stalled?.message.contains("after") == true)
      }
      try await lab.apply(
        "app", database: lab.world.database.name, promotion: "{after: [{name: other, namespace: elsewhere}]}")
      let foreign = try await lab.look().migration
      #expect(foreign.stalled?.reason == "InvalidSpec")
      #expect(foreign.stalled?.message.contains("--allow-cross-namespace-references") == true)
      #expect(try await lab.applied().isEmpty)
    }
  }

  @Test("with the flag a resource of another namespace of this cluster counts")
  func crossNamespace() async throws {
    try await GateLab.with(allowsCrossNamespaceReferences: true) { lab in
      let other = try await KubernetesCluster.shared().makeNamespace()
      lab.serve(other.namespace)
      try await lab.world.applyFiles(GateLab.files)
      try await lab.apply(
        "app", database: lab.world.database.name, promotion: "{after: [{name: dev, namespace: \(other.namespace)}]}")
      #expect(try await lab.look().migration.ready?.reason == "UpstreamUnavailable")
      try await lab.withDev { dev in
        try await other.apply(SecretManifest("credentials", lab.world.credentials))
        try await other.apply(ConfigMapManifest("migrations", GateLab.files))
        var manifest = MigrationManifest(lab.world.database)
        (manifest.name, manifest.database, manifest.workers) = ("dev", "{value: \(dev)}", "{expected: 0}")
        try await other.apply(manifest.text)
        #expect(try await lab.look("dev", namespace: other.namespace).migration.ready?.reason == "Applied")
        #expect(try await lab.look().migration.ready?.reason == "Applied")
      }
    }
  }

  @Test(
    "a resource of a cluster that a kubeconfig leads to is asked anew every retryInterval; files and programs are refused"
  )
  func kubeconfig() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        try await lab.world.applyFiles(GateLab.only(1), configMap: "dev-files")
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev, files: "dev-files")
        try await lab.look("dev")
        let own = try await lab.world.kubectl.run(["config", "view", "--raw", "--flatten", "--minify"])
        try await lab.world.kubectl.apply(SecretManifest("far", ["kubeconfig": own]))
        let after = "{name: dev, kubeConfig: {secretKeyRef: {name: far, key: kubeconfig}}}"
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [\(after)]}")
        let (held, again) = try await lab.look()
        #expect(held.ready?.reason == "AwaitingUpstream" && held.status?.currentVersion == "1")
        #expect(held.ready?.message.contains("of the cluster in Secret far") == true)
        #expect(again == .seconds(7))

        let users = [
          "{tokenFile: /etc/hostname}", "{token: x, tokenFile: /etc/hostname}", "{client-certificate: /etc/hostname}",
          "{token: x, exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, interactiveMode: Never}}",
        ]
        for user in users {
          let kubeconfig = """
            {apiVersion: v1, kind: Config, current-context: c, clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
             contexts: [{name: c, context: {cluster: c, user: u}}], users: [{name: u, user: \(user)}]}
            """
          try await lab.world.kubectl.apply(SecretManifest("far", ["kubeconfig": kubeconfig]))
          let refused = try await lab.look().migration
          #expect(refused.ready?.reason == "UpstreamUnavailable", "\(user)")
          #expect(refused.ready?.message.contains("not allowed here") == true, "\(refused.ready?.message ?? "")")
        }
      }
    }
  }

  @Test("a history table is only read, proves by checksums alone, and is asked anew every retryInterval")
  func history() async throws {
    try await GateLab.with { lab in
      try await lab.withDev { dev in
        try await lab.world.applyFiles(GateLab.only(2), configMap: "dev-files")
        try await lab.world.applyFiles(GateLab.files)
        try await lab.apply("dev", database: dev, files: "dev-files")
        try await lab.look("dev")
        let parameters = lab.world.database.parameters()
        let uri =
          "postgresql://\(parameters.user):\(parameters.password?.reveal() ?? "")@127.0.0.1:\(parameters.port)/\(dev)"
        try await lab.world.kubectl.apply(SecretManifest("upstream", ["uri": uri]))
        let tls = "tls: {mode: verify-full, ca: {secretKeyRef: {name: credentials, key: ca.crt}}}"
        let after = "{history: {uri: {secretKeyRef: {name: upstream, key: uri}}, \(tls)}}"
        try await lab.apply("app", database: lab.world.database.name, promotion: "{after: [\(after)]}")
        let (held, again) = try await lab.look()
        #expect(held.ready?.reason == "AwaitingUpstream" && held.status?.currentVersion == "2")
        #expect(again == .seconds(7))
        #expect(held.ready?.message.contains(parameters.password?.reveal() ?? "?") == false)
        try await lab.apply(
          "app", database: lab.world.database.name,
          promotion: "{after: [{history: {uri: {secretKeyRef: {name: upstream, key: uri}}, table: none, \(tls)}}]}")
        let missing = try await lab.look().migration
        #expect(missing.ready?.reason == "UpstreamUnavailable" && missing.ready?.message.contains("none") == true)
      }
    }
  }
}

extension GateLab {
  /// Flyway's checksum of a file.
  fileprivate func checksum(of name: String, _ files: [String: String]) async throws -> Int64 {
    Int64(try Checksum.flyway(Array((files[name] ?? "").utf8)))
  }
}
