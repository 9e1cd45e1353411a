import FoundationEssentials
import Glibc
import Support
import TestSupport
import Testing

@testable import Kubernetes

/// What many objects cost, measured.
///
/// It is to run alone, since the whole process is looked at:
///
///     WHIMBREL_MEASURE=10000 swift test --filter StoreMemoryTests
@Suite(
  "Memory of many objects", .enabled(if: Measurement.count > 0, "WHIMBREL_MEASURE says how many"), .serialized,
  .timeLimit(.minutes(5)))
struct StoreMemoryTests {
  @Test("a custom resource with a long status, through list and watch")
  func migrations() async throws {
    try await measure(MigrationLike.self) { MigrationLike.json($0, version: $1) }
  }

  @Test("the metadata of a Secret, through list and watch")
  func metadata() async throws {
    try await measure(MetadataOnly<Secret>.self) { Self.secret($0, version: $1) }
  }

  /// As the API server sends it when metadata alone is asked for.
  private static func secret(_ index: Int, version: Int) -> String {
    #"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":"#
      + MigrationLike.metadata(index, version)
      + "}"
  }

  private func measure<Resource: KubernetesResource>(
    _ type: Resource.Type, _ json: @escaping @Sendable (Int, Int) -> String
  ) async throws {
    let count = Measurement.count
    let api = try ScriptedAPI { request, exchange in
      guard request.query["watch"] != nil else {
        let first = Int(request.query["continue"] ?? "0") ?? 0
        let next = min(first + 500, count)
        let items = (first..<next).map { json($0, 1) }.joined(separator: ",")
        let token = next < count ? #","continue":"\#(next)""# : ""
        return _ = exchange.respond(
          status: 200, json: #"{"metadata":{"resourceVersion":"9"\#(token)},"items":[\#(items)]}"#)
      }
      exchange.startChunked(status: 200)
      for index in 0..<count { exchange.chunk(HTTPServerExchange.event("MODIFIED", json(index, 2))) }
      exchange.waitForClose(seconds: 300)
    }
    let informer = Informer(type, client: api.client, logger: .quiet)
    let before = Usage.now()
    let begun = ContinuousClock.now
    let running = Task { await failure { () throws(KubernetesError) in try await informer.run() } }
    try await informer.waitUntilSynced()
    let listed = (Usage.now(), ContinuousClock.now - begun)
    let last = ObjectKey(namespace: "team-\((count - 1) % 50)", name: MigrationLike.name(count - 1))
    while informer.store[last]?.metadata.resourceVersion != "2" { try await Task.sleep(for: .milliseconds(20)) }
    let watched = (Usage.now(), ContinuousClock.now - begun)
    #expect(informer.store.count == count)
    print("\(Resource.self): \(count) objects of \(json(0, 1).utf8.count) bytes of JSON")
    report("listed", before, listed.0, listed.1)
    report("and each changed by a watch", before, watched.0, watched.1)
    copies(informer.store)
    running.cancel()
    _ = await running.value
    await api.close()
  }

  /// What holding a snapshot costs the next change.
  private func copies<Resource: KubernetesResource>(_ store: Store<Resource>) {
    guard let object = store.snapshot.values.first else { return }
    let clock = ContinuousClock()
    let plain = clock.measure { _ = store.apply(.modified(object)) }
    let snapshot = store.snapshot
    let copying = clock.measure { _ = store.apply(.modified(object)) }
    print("  a change takes \(plain), while somebody holds a snapshot \(copying) (\(snapshot.count) objects)")
  }

  private func report(_ what: String, _ before: Usage, _ after: Usage, _ time: Duration) {
    print(
      "  \(what): \((after.live - before.live) / Measurement.count) bytes per object, resident \(after.resident >> 20) MiB,"
        + " most \(after.most >> 20) MiB, before \(before.live >> 20) MiB, after \(time)")
  }

  struct Usage {
    /// As the process stands.
    let resident: Int
    /// At most so far.
    let most: Int
    /// Without what the allocator holds back.
    let live: Int

    static func now() -> Usage {
      let (resident, most) = (read("VmRSS:"), read("VmHWM:"))
      if let address = dlsym(nil, "malloc_trim") {
        _ = unsafeBitCast(address, to: (@convention(c) (Int) -> CInt).self)(0)
      }
      return Usage(resident: resident, most: most, live: read("VmRSS:"))
    }

    private static func read(_ name: String) -> Int {
      let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
      for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix(name) {
        return (Int(line.split(whereSeparator: \.isWhitespace)[1]) ?? 0) << 10
      }
      return 0
    }
  }
}

/// What is to be measured.
enum Measurement {
  /// How many objects; 0 measures nothing.
  static let count = ProcessInfo.processInfo.environment["WHIMBREL_MEASURE"].flatMap { Int($0) } ?? 0
}

/// Of the shape of a CitusMigration: a spec, and a status with conditions, a run and a history.
struct MigrationLike: KubernetesResource {
  static let resource = ResourceKind(
    group: "whimbrel.dev", version: "v1alpha1", plural: "citusmigrations", kind: "CitusMigration")

  struct Condition: Codable, Sendable {
    var type: String
    var status: String
    var reason: String
    var message: String
    var observedGeneration: Int64?
    var lastTransitionTime: String
  }

  struct Row: Codable, Sendable {
    var installedRank: Int
    var version: String?
    var description: String
    var type: String
    var script: String
    var checksum: Int64?
    var installedOn: String
    var executionTimeMilliseconds: Int64
    var success: Bool
  }

  struct Step: Codable, Sendable {
    var version: String?
    var script: String
    var checksum: Int64?
    var state: String
    var durationMilliseconds: Int64?
  }

  struct Status: Codable, Sendable {
    var observedGeneration: Int64?
    var summary: String?
    var conditions: [Condition]?
    var steps: [Step]?
    var history: [Row]?
  }

  var metadata: ObjectMetadata
  var spec: ExtensionValue?
  var status: Status?

  static func name(_ index: Int) -> String { "application-database-\(index)" }

  static func metadata(_ index: Int, _ version: Int) -> String {
    #"{"name":"\#(name(index))","namespace":"team-\#(index % 50)","uid":"6f1d0c9a-7a44-4b7e-9d55-\#(index + 100_000_000_000)","#
      + #""resourceVersion":"\#(version)","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z","#
      + #""labels":{"app.kubernetes.io/name":"application","kustomize.toolkit.fluxcd.io/name":"apps"},"#
      + #""annotations":{"kubectl.kubernetes.io/last-applied-configuration":"\#(String(repeating: "x", count: 800))"},"#
      + #""managedFields":[{"manager":"kustomize","fieldsV1":{"f:spec":{"f:x":{\#(fields)}}}}]}"#
  }

  private static let fields = (0..<40).map { #""f:field-\#($0)":{}"# }.joined(separator: ",")

  static func json(_ index: Int, version: Int) -> String {
    let conditions = ["Ready", "SourceReady", "ClusterReady", "LintPassed", "GateOpen"].map {
      #"{"type":"\#($0)","status":"True","reason":"ReconciliationSucceeded","message":"applied up to version 20","#
        + #""observedGeneration":3,"lastTransitionTime":"2026-01-02T03:04:05Z"}"#
    }
    let rows = (1...20).map {
      #"{"installedRank":\#($0),"version":"\#($0)","description":"create table \#($0)","type":"SQL","#
        + #""script":"V\#($0)__create_table_\#($0).sql","checksum":-123456789,"installedOn":"2026-01-02T03:04:05Z","#
        + #""executionTimeMilliseconds":17,"success":true}"#
    }
    let steps = (1...20).map {
      #"{"version":"\#($0)","script":"V\#($0)__create_table_\#($0).sql","checksum":-123456789,"state":"Applied","#
        + #""durationMilliseconds":17}"#
    }
    return #"{"apiVersion":"whimbrel.dev/v1alpha1","kind":"CitusMigration","metadata":\#(metadata(index, version)),"#
      + #""spec":{"migrations":{"configMap":{"names":["application-migrations-\#(index)"]}},"cluster":{"host":"#
      + #"{"value":"coordinator.team.svc"},"database":{"value":"application"},"password":{"secretKeyRef":{"name":"#
      + #""citus-credentials","key":"password"}}},"interval":"10m"},"status":{"observedGeneration":3,"summary":"Applied","#
      + #""conditions":[\#(conditions.joined(separator: ","))],"steps":[\#(steps.joined(separator: ","))],"#
      + #""history":[\#(rows.joined(separator: ","))]}}"#
  }
}
