import FoundationEssentials
import HTTP
import Support
import Testing

@testable import Kubernetes

@Suite(
  "On a real API server", .enabled(if: RealServer.kubeconfig != nil, RealServer.skipReason), .timeLimit(.minutes(5)))
struct RealServerTests {
  @Test("a client certificate of the kubeconfig is accepted")
  func clientCertificate() async throws {
    let configuration = try await RealServer.load()
    #expect(configuration.tls.clientCertificate != nil)
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await client.serverVersion().hasPrefix("v1."))
      #expect(try await client.list(Namespace.self).items.contains { $0.metadata.name == "default" })
    }
  }

  @Test("without credentials, or without trust in the server, nothing goes")
  func refusals() async throws {
    var anonymous = try await RealServer.load()
    anonymous.tls.clientCertificate = nil
    anonymous.tls.clientKey = nil
    anonymous.authentication = .token(Redacted("nonsense"))
    try await RealServer.with(anonymous) { client, _ async throws in
      let error = await failure { () throws(KubernetesError) in try await client.list(ConfigMap.self) }
      #expect(error?.code == .unauthorized)
    }
    var untrusted = try await RealServer.load()
    untrusted.tls.certificateAuthority = nil
    try await RealServer.with(untrusted) { client, _ async throws in
      let error = await failure { () throws(KubernetesError) in try await client.serverVersion() }
      #expect(error?.code == .transport)
      #expect(error?.isTransient == false)
    }
  }

  @Test(
    "a token file is read, and read again when it has changed",
    .enabled("the kubeconfig has no context \(RealServer.tokenContext) with a token") {
      await RealServer.token() != nil
    })
  func tokenFile() async throws {
    let withToken = try await RealServer.load(context: RealServer.tokenContext)
    let token = try #require(await RealServer.token())
    let files = try Workspace()
    var configuration = withToken
    configuration.authentication = .tokenFile(try files.write("token", "expired\n"))
    try await RealServer.with(configuration) { client, _ async throws in
      let error = await failure { () throws(KubernetesError) in try await client.list(ConfigMap.self) }
      #expect(error?.code == .unauthorized)
      try files.write("token", token.reveal() + "\n")
      #expect(try await client.list(Namespace.self).items.isEmpty == false)
    }
  }

  @Test("objects are created, read, replaced by compare and swap, patched and deleted")
  func objects() async throws {
    try await RealServer.with { client, prefix async throws in
      let name = "\(prefix)-a"
      var map = RealServer.configMap(name, ["k": "1"])
      map.binaryData = ["b": [0, 1, 255]]
      let created = try await client.create(map)
      #expect(created.metadata.uid != nil)
      let again = await failure { () throws(KubernetesError) in try await client.create(map) }
      #expect(again?.code == .alreadyExists)

      var replacement = created
      replacement.data["k"] = "2"
      let replaced = try await client.replace(replacement)
      #expect(replaced.data == ["k": "2"])
      #expect(replaced.binaryData == ["b": [0, 1, 255]])
      let stale = await failure { () throws(KubernetesError) in try await client.replace(replacement) }
      #expect(stale?.code == .conflict)

      let patched = try await client.patch(
        ConfigMap.self, name: name, namespace: "default", patch: .merge(Array(#"{"data":{"k":null,"l":"3"}}"#.utf8)))
      #expect(patched.data == ["l": "3"])
      let wrongUID = await failure { () throws(KubernetesError) in
        try await client.delete(ConfigMap.self, name: name, namespace: "default", uid: "another")
      }
      #expect(wrongUID?.code == .conflict)
      try await client.delete(ConfigMap.self, name: name, namespace: "default", uid: created.metadata.uid)
      let gone = await failure { () throws(KubernetesError) in
        try await client.get(ConfigMap.self, name: name, namespace: "default")
      }
      #expect(gone?.code == .notFound)
    }
  }

  @Test("an object that is not valid is refused with the fields at fault")
  func invalid() async throws {
    try await RealServer.with { client, prefix async throws in
      let lease = Lease(
        metadata: ObjectMetadata(name: prefix, namespace: "default"), spec: Lease.Spec(leaseDurationSeconds: -1))
      let error = await failure { () throws(KubernetesError) in try await client.create(lease) }
      #expect(error?.code == .invalid)
      #expect(error?.causes.contains { $0.field == "spec.leaseDurationSeconds" } == true)
    }
  }

  @Test("server-side apply owns fields: another manager meets a conflict unless it forces")
  func serverSideApply() async throws {
    try await RealServer.with { client, prefix async throws in
      let name = "\(prefix)-ssa"
      func apply(_ data: [String: String], _ manager: String, force: Bool) async throws(KubernetesError) -> ConfigMap {
        let patch = try Patch.apply(RealServer.configMap(name, data), fieldManager: manager, force: force)
        return try await client.patch(ConfigMap.self, name: name, namespace: "default", patch: patch)
      }
      #expect(try await apply(["a": "1", "b": "1"], "one", force: false).data == ["a": "1", "b": "1"])
      let conflict = await failure { () throws(KubernetesError) in try await apply(["a": "2"], "two", force: false) }
      #expect(conflict?.code == .conflict)
      #expect(conflict?.causes.first?.field == ".data.a")
      #expect(try await apply(["a": "2"], "two", force: true).data == ["a": "2", "b": "1"])
      #expect(try await apply(["b": "1"], "one", force: false).data == ["a": "2", "b": "1"])
      #expect(try await apply([:], "one", force: false).data == ["a": "2"])
    }
  }

  @Test("an Event of events.k8s.io is accepted")
  func event() async throws {
    try await RealServer.with { client, prefix async throws in
      var event = Event(metadata: ObjectMetadata(name: "\(prefix).1", namespace: "default"))
      event.eventTime = WallClock.system.now().rfc3339Microseconds
      event.reportingController = "whimbrel.dev/tests"
      event.reportingInstance = "tests-1"
      event.action = "Testing"
      event.reason = "Tested"
      event.type = "Normal"
      event.note = "a note"
      event.regarding = ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: prefix)
      let stored = try await client.create(event)
      #expect(stored.eventTime == event.eventTime)
      #expect(stored.note == "a note")
      try await client.delete(Event.self, name: "\(prefix).1", namespace: "default")
    }
  }

  @Test("pages of a list fit together")
  func pages() async throws {
    try await RealServer.with { client, prefix async throws in
      for index in 0..<7 { _ = try await client.create(RealServer.configMap("\(prefix)-\(index)", label: prefix)) }
      let list = try await client.listAll(
        ConfigMap.self, namespace: "default", labelSelector: "test=\(prefix)", pageSize: 3)
      #expect(list.items.map(\.metadata.name).sorted() == (0..<7).map { "\(prefix)-\($0)" })
      let old = await failure { () throws(KubernetesError) in
        try await client.list(ConfigMap.self, limit: 1, continuing: "not-a-token")
      }
      #expect(old?.code == .badRequest)
    }
  }

  @Test("a watch tells of changes in order and ends when the server was asked to end it")
  func watch() async throws {
    try await RealServer.with { client, prefix async throws in
      let start = try await client.list(ConfigMap.self, namespace: "default").resourceVersion
      let name = "\(prefix)-w"
      var map = try await client.create(RealServer.configMap(name, ["k": "1"], label: prefix))
      map.data["k"] = "2"
      _ = try await client.replace(map)
      try await client.delete(ConfigMap.self, name: name, namespace: "default")
      var seen: [String] = []
      let stream = try await client.watch(
        ConfigMap.self, namespace: "default", labelSelector: "test=\(prefix)", resourceVersion: start,
        timeout: .seconds(2))
      for try await event in stream {
        switch event {
        case .added(let map): seen.append("added \(map.data["k"] ?? "")")
        case .modified(let map): seen.append("modified \(map.data["k"] ?? "")")
        case .deleted: seen.append("deleted")
        case .bookmark: seen.append("bookmark")
        case .undecodable: seen.append("undecodable")
        }
      }
      // Near the end of a watch the server sends a bookmark.
      #expect(seen.prefix(3) == ["added 1", "modified 2", "deleted"])
      #expect(seen.dropFirst(3).allSatisfy { $0 == "bookmark" })
    }
  }

  @Test("bookmarks arrive where nothing else happens")
  func bookmarks() async throws {
    try await RealServer.with { client, prefix async throws in
      let start = try await client.list(ConfigMap.self, namespace: "default").resourceVersion
      var versions: [Int] = []
      // The server sends one about two seconds before the watch ends, if it gets round to it, and if the kind has changed
      // at all since it began to serve it (cacher.go: "if lastProcessedResourceVersion == 0").
      for round in 0..<10 where versions.isEmpty {
        let stream = try await client.watch(
          ConfigMap.self, namespace: "default", labelSelector: "test=\(prefix)-none", resourceVersion: start,
          timeout: .seconds(4))
        let other = try await client.create(RealServer.configMap("\(prefix)-b\(round)", [:], label: prefix))
        try await client.delete(ConfigMap.self, name: other.metadata.name, namespace: "default")
        for try await event in stream {
          if case .bookmark(let version) = event { versions.append(Int(version) ?? 0) }
        }
      }
      #expect(!versions.isEmpty)
      #expect(versions.allSatisfy { $0 >= Int(start) ?? 0 })
    }
  }

  @Test("a version ahead of the server is understood as one that cannot be used")
  func aheadOfServer() async throws {
    try await RealServer.with { client, _ async throws in
      let ahead = await failure { () throws(KubernetesError) in
        try await client.list(ConfigMap.self, limit: nil, resourceVersion: "9000000000")
      }
      #expect(ahead?.code == .gone)
      #expect(ahead?.status == 504)
    }
  }

  @Test("an informer follows a real collection")
  func informer() async throws {
    try await RealServer.with { client, prefix async throws in
      _ = try await client.create(RealServer.configMap("\(prefix)-1", ["k": "1"], label: prefix))
      let informer = Informer(
        ConfigMap.self, client: client, scope: .init(namespace: "default", labelSelector: "test=\(prefix)"),
        pageSize: 1, watchTimeout: .seconds(1), logger: .quiet)
      let running = Task { await failure { () throws(KubernetesError) in try await informer.run() } }
      try await informer.waitUntilSynced()
      #expect(informer.store.count == 1)
      var second = try await client.create(RealServer.configMap("\(prefix)-2", ["k": "1"], label: prefix))
      let key = second.key
      #expect(try await eventually { informer.store[key] != nil })
      // Longer than one watch, so that the next change comes over a resumed one.
      try await Task.sleep(for: .milliseconds(1500))
      second.data["k"] = "2"
      second = try await client.replace(second)
      #expect(try await eventually { informer.store[key]?.data["k"] == "2" })
      try await client.delete(ConfigMap.self, name: key.name, namespace: "default")
      #expect(try await eventually { informer.store[key] == nil })
      running.cancel()
      #expect(await running.value?.code == .cancelled)
    }
  }

  @Test("a lease passes from a holder that released it, and from one that fell silent")
  func lease() async throws {
    let timings = try LeaseTimings(
      duration: .seconds(2), renewDeadline: .milliseconds(1500), retryPeriod: .milliseconds(300))
    try await RealServer.with { client, prefix async throws in
      func lock(_ identity: String) -> LeaseLock {
        LeaseLock(
          LeaseSettings(name: prefix, namespace: "default", identity: identity, timings: timings), client: client,
          logger: .quiet)
      }
      let first = try await lock("a").withLease { grant in
        try await Task.sleep(for: .seconds(1))
        return grant
      }
      let released = try await client.get(Lease.self, name: prefix, namespace: "default")
      let uid = try #require(released.metadata.uid)
      #expect(first == LeaseGrant(unreleasedBy: nil, transitions: 0, leaseUID: uid))
      #expect(released.spec.holderIdentity == "")
      let renewed = try #require(released.spec.renewTime.flatMap { Timestamp(rfc3339: $0) })
      let acquired = try #require(released.spec.acquireTime.flatMap { Timestamp(rfc3339: $0) })
      #expect(renewed.since(acquired) >= .milliseconds(900))

      _ = try await lock("silent").attempt(timeout: .seconds(5))
      let begun = ContinuousClock.now
      let grant = try await lock("b").withLease { $0 }
      #expect(grant == LeaseGrant(unreleasedBy: "silent", transitions: 2, leaseUID: uid))
      #expect(ContinuousClock.now - begun >= .seconds(2))
    }
  }

  @Test("of many candidates one holds a real lease at any time")
  func competition() async throws {
    try await RealServer.with { client, prefix async throws in
      let inside = Guarded(0)
      let count = Guarded(0)
      try await withThrowingTaskGroup { group in
        for index in 0..<6 {
          let lock = LeaseLock(
            LeaseSettings(name: prefix, namespace: "default", identity: "c\(index)"), client: client, logger: .quiet)
          group.addTask {
            while true {
              let outcome = try await lock.withLeaseIfFree { _ in
                let now = inside.withLock { inside in
                  inside += 1
                  return inside
                }
                #expect(now == 1)
                await Task.yield()
                inside.withLock { $0 -= 1 }
                count.withLock { $0 += 1 }
              }
              if case .completed = outcome { return }
              try await Task.sleep(for: .milliseconds(5))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(count.withLock { $0 } == 6)
    }
  }
}
