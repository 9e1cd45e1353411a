import TestSupport
import Testing

@Suite("A look that finds nothing to do", .statesCitus, .onRealParts)
struct QuietTests {
  private static let files = ["V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);"]

  @Test("sends no write to Kubernetes, however often it happens")
  func sendsNoWrite() async throws {
    try await World.with(workers: 0) { world in
      try await RecordedController.run(world) { recorded in
        try await world.applyFiles(Self.files)
        try await world.applyMigration { $0.more.append("interval: 1s") }
        let before = try await world.waitUntilReady()
        let leases = try await world.leaseVersions()
        let writes = recorded.writes
        let requests = recorded.requests.count
        #expect(writes.contains { $0.hasPrefix("PATCH ") }, "the record shows writes at all")

        try await recorded.waitForLooks(4)
        #expect(recorded.writes == writes)
        #expect(recorded.requests.count > requests, "the looks did ask the API server")
        #expect(try await world.migration().metadata.resourceVersion == before.metadata.resourceVersion)
        #expect(try await world.leaseVersions() == leases)
      }
    }
  }

  @Test("is answered with exactly one write when an annotation asks for it")
  func answersAnnotation() async throws {
    try await World.with(workers: 0) { world in
      try await RecordedController.run(world) { recorded in
        try await world.applyFiles(Self.files)
        try await world.applyMigration { $0.more.append("interval: 1s") }
        let before = try await world.waitUntilReady()
        #expect(before.status?.lastHandledReconcileAt == nil)
        let writes = recorded.writes

        try await world.kubectl("annotate", "cmig", "app", "whimbrel.dev/reconcile-at=one")
        try await world.wait(for: "the annotation is answered") { $0.status?.lastHandledReconcileAt == "one" }
        try await recorded.waitForLooks(3)
        let path = "PATCH /apis/whimbrel.dev/v1alpha1/namespaces/\(world.namespace)/citusmigrations/app/status"
        #expect(Array(recorded.writes.dropFirst(writes.count)) == [path])

        try await world.kubectl("annotate", "cmig", "app", "whimbrel.dev/reconcile-at-")
        try await world.kubectl("annotate", "cmig", "app", "reconcile.fluxcd.io/requestedAt=two")
        try await world.wait(for: "Flux's annotation is answered") { $0.status?.lastHandledReconcileAt == "two" }
        #expect(Array(recorded.writes.dropFirst(writes.count)) == [path, path])
        #expect(try await world.migration().ready?.lastTransitionTime == before.ready?.lastTransitionTime)
      }
    }
  }
}

extension World {
  /// The resource versions of the targets' Leases; the leader's is renewed all the time.
  fileprivate func leaseVersions() async throws -> [String] {
    var versions: [String] = []
    for lease in try await leases() {
      versions.append(try await kubectl("get", "lease", lease.name, "-o", "jsonpath={.metadata.resourceVersion}"))
    }
    return versions
  }
}
