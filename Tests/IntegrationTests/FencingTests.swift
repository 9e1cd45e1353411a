@testable import Controller
import FoundationEssentials
import HTTP
import Kubernetes
import Logging
import TestSupport
import Testing

@Suite("A report that comes too late", .statesCitus, .onRealParts)
struct FencingTests {
  private static func status(_ summary: String, epoch: Int64) -> CitusMigrationStatus {
    var status = CitusMigrationStatus()
    (status.summary, status.leaderEpoch) = (summary, epoch)
    return status
  }

  private static func with(_ body: (World, KubernetesClient) async throws -> Void) async throws {
    try await World.with(workers: 0) { world in
      let configuration = try await KubernetesConfiguration.load(
        kubeconfig: world.kubectl.kubeconfig, environment: [:])
      let http = HTTPClient()
      do {
        let logger = Logger(label: "test")
        try await body(world, KubernetesClient(configuration: configuration, http: http, logger: logger))
      } catch {
        await http.close()
        throw error
      }
      await http.close()
    }
  }

  @Test("of a leader that was replaced does not overwrite the next one's, nor land on a later object of the same name")
  func writers() async throws {
    try await Self.with { world, client in
      try await world.applyMigration()
      let read = { try await client.get(CitusMigration.self, name: "app", namespace: world.namespace) }
      let fresh = try await read()
      #expect(fresh.status?.leaderEpoch == nil)
      let old = StatusWriter(client: client, epoch: 4)
      let new = StatusWriter(client: client, epoch: 5)

      #expect(try await old.write(Self.status("first", epoch: 4), of: fresh) == .written, "over a status without epoch")
      // The new leader has not seen that yet: refused, read again, written.
      #expect(try await new.write(Self.status("second", epoch: 5), of: fresh) == .written)
      #expect(try await read().status?.summary == "second")
      // The old leader has not seen that yet either.
      #expect(try await old.write(Self.status("late", epoch: 4), of: fresh) == .superseded(by: 5))
      // And here it has.
      #expect(try await old.write(Self.status("late", epoch: 4), of: try await read()) == .superseded(by: 5))
      #expect(try await read().status == Self.status("second", epoch: 5))
      #expect(try await new.write(Self.status("third", epoch: 5), of: fresh) == .written)
      #expect(try await new.write(Self.status("third", epoch: 5), of: fresh) == .unchanged)

      try await world.kubectl("delete", "cmig", "app")
      try await world.applyMigration()
      let error = await #expect(throws: KubernetesError.self) {
        try await new.write(Self.status("fourth", epoch: 5), of: fresh)
      }
      #expect(error?.code == .conflict)
      #expect(try await read().status?.summary == nil)
    }
  }

  @Test("a status that the schema refuses is no question of epochs")
  func invalid() async throws {
    try await Self.with { world, client in
      try await world.applyMigration()
      let object = try await client.get(CitusMigration.self, name: "app", namespace: world.namespace)
      let writer = StatusWriter(client: client, epoch: 4)
      let error = await #expect(throws: KubernetesError.self) {
        try await writer.write(Self.status(String(repeating: "x", count: 300), epoch: 4), of: object)
      }
      #expect(error?.code == .invalid)
    }
  }

  @Test("a controller that finds a report of a later leader writes nothing; one that begins after it goes above it")
  func controller() async throws {
    try await Self.with { world, client in
      try await world.applyFiles(Trace.files(2))
      _ = try await world.runController { controller in
        try await world.applyMigration()
        let ready = try await world.waitUntilReady()
        #expect(ready.status?.leaderEpoch != nil)
        // As a later leader would have reported.
        var object = try JSONDecoder().decode(
          CitusMigration.self, from: Data(try await world.kubectl("get", "cmig", "app", "-o", "json").utf8))
        object.status?.leaderEpoch = 1000
        object.status?.summary = "Of a later leader"
        let patch = #"[{"op": "add", "path": "/status", "value": \#(try Self.json(object.status))}]"#
        _ = try await client.patch(
          CitusMigration.self, name: "app", namespace: world.namespace, patch: .json(Array(patch.utf8)),
          subresource: "status")
        let before = try await world.migration()
        #expect(before.status?.summary == "Of a later leader")

        try await world.annotate("reconcile-at", "now")
        try await controller.waitForOutput("a later leader has reported")
        let after = try await world.migration()
        #expect(after.status?.summary == "Of a later leader" && after.status?.lastHandledReconcileAt == nil)
      }
      _ = try await world.runController { _ in
        try await world.wait(for: "the next leader reports") { ($0.status?.leaderEpoch ?? 0) > 1000 }
        try await world.wait(for: "and answers") { $0.status?.lastHandledReconcileAt == "now" }
      }
    }
  }

  private static func json(_ status: CitusMigrationStatus?) throws -> String {
    String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
  }
}
