@testable import Controller
import FoundationEssentials
import HTTP
import Kubernetes
import Logging
import Support
import TestSupport
import Testing

@Suite("Reports beside other writers", .statesCitus, .onRealParts)
struct ConcurrentWriterTests {
  /// What the other writers have done.
  private struct Written: Sendable {
    var annotations = 0
    /// Attempts to replace the whole object; beside such writers few of them win.
    var attempts = 0
    var labels = 0
  }

  /// What Kargo, Argo CD and people do to an object: annotations and labels by merge patch, and whole replacements by
  /// read-modify-write.
  @Test(
    "a run that reports its progress ends Ready, and nothing of either side is lost, while annotations and labels fly")
  func hammered() async throws {
    try await World.with(workers: 0) { world in
      let http = HTTPClient()
      let configuration = try await KubernetesConfiguration.load(
        kubeconfig: world.kubectl.kubeconfig, environment: [:])
      let client = KubernetesClient(
        configuration: configuration, http: http, logger: Logger(label: "test"), fieldManager: "kargo")
      let count = 60
      let pauses = (2...count).reduce(into: [:]) { $0[$1] = "SELECT pg_sleep(0.2);" }
      try await world.applyFiles(Trace.files(count, extra: pauses))
      let written = Guarded(Written())
      _ = try await world.runController { controller in
        try await world.applyMigration()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await Self.annotate(client, world.namespace, written) }
          group.addTask { try await Self.label(client, world.namespace, written) }
          group.addTask { try await Self.replace(client, world.namespace, written) }
          try await world.wait(for: "some progress", timeout: .seconds(120)) {
            ($0.status?.lastRun?.steps?.count { $0.state == "Applied" } ?? 0) > 5
          }
          let before = written.withLock { $0.annotations }
          try await world.waitUntilReady(timeout: 180)
          #expect(written.withLock { $0.annotations } > before, "they wrote while it ran")
          group.cancelAll()
          do { try await group.waitForAll() } catch {}
        }
        #expect(!controller.output.contains("status not written"))
        try await self.check(world, client, written.withLock { $0 }, count: count)
      }
      await http.close()
    }
  }

  private func check(_ world: World, _ client: KubernetesClient, _ written: Written, count: Int) async throws {
    #expect(written.annotations > 10 && written.labels > 10 && written.attempts > 5, "\(written)")
    let ready = try await world.wait(for: "the last look") {
      $0.ready?.status == "True" && $0.status?.observedGeneration == $0.metadata.generation
    }
    #expect(ready.status?.lastRun?.outcome == "Succeeded" && ready.status?.appliedCount == count)
    #expect(try await Trace.versions(world) == Trace.once(count))
    let object = try await client.get(CitusMigration.self, name: "app", namespace: world.namespace)
    for number in 0..<written.annotations {
      #expect(object.metadata.annotations["kargo.akuity.io/n\(number % 20)"] != nil)
    }
    #expect(object.metadata.annotations["kargo.akuity.io/last"] == "\(written.annotations - 1)")
    #expect(object.metadata.labels["last"] == "\(written.labels - 1)")
    // Of the status nobody is manager but this controller (and on a server of 1.20 who made the object: ADR 8).
    let managers = try await world.kubectl(
      "get", "cmig", "app", "--show-managed-fields=true", "-o",
      "jsonpath={range .metadata.managedFields[*]}{.manager}{' '}{.fieldsV1}{'\\n'}{end}")
    let ofStatus = Set(
      managers.split(separator: "\n").filter { $0.contains("f:summary") }.map { $0.prefix { $0 != " " } })
    #expect(ofStatus.contains("whimbrel") && ofStatus.isSubset(of: ["whimbrel", "kubectl-client-side-apply"]))
    #expect(managers.contains("kargo "))
  }

  private static func annotate(
    _ client: KubernetesClient, _ namespace: String, _ written: Guarded<Written>
  ) async throws {
    while !Task.isCancelled {
      let number = written.withLock { $0.annotations }
      try await merge(
        client, namespace,
        #"{"annotations": {"kargo.akuity.io/n\#(number % 20)": "x", "kargo.akuity.io/last": "\#(number)"}}"#)
      written.withLock { $0.annotations += 1 }
    }
  }

  private static func label(_ client: KubernetesClient, _ namespace: String, _ written: Guarded<Written>) async throws {
    while !Task.isCancelled {
      let number = written.withLock { $0.labels }
      try await merge(client, namespace, #"{"labels": {"last": "\#(number)"}}"#)
      written.withLock { $0.labels += 1 }
    }
  }

  private static func merge(_ client: KubernetesClient, _ namespace: String, _ metadata: String) async throws {
    // Not cancelled in the middle: what was sent is to be counted.
    let patch = Patch.merge(Array(#"{"metadata": \#(metadata)}"#.utf8))
    _ = try await Task {
      try await client.patch(CitusMigration.self, name: "app", namespace: namespace, patch: patch)
    }.value
  }

  // Compare and swap: where a report came in between, it is refused and tried again, which is this writer's own affair.
  private static func replace(_ client: KubernetesClient, _ namespace: String, _ written: Guarded<Written>) async throws
  {
    while !Task.isCancelled {
      var object = try await client.get(CitusMigration.self, name: "app", namespace: namespace)
      object.spec?.interval = "\(written.withLock { $0.attempts } % 50 + 10)m"
      written.withLock { $0.attempts += 1 }
      do throws(KubernetesError) {
        _ = try await client.replace(object)
      } catch {
        guard error.code == .conflict else { throw error }
      }
    }
  }
}
