@testable import Controller
import FoundationEssentials
import HTTP
import Kubernetes
import Logging
import Support
import TestSupport

/// Resources in all states, on a real API server: a controller that follows and never leads leaves their statuses alone.
struct DashboardScene: Sendable {
  static let versions = [
    "20251118200000", "20251118200500", "20251118201000", "20251118201500", "20251118202000", "20251119090000",
    "20251120100000",
  ]
  static let names = [
    "add bets", "add bet events", "add bets status key", "add indexes", "add user preferences", "add bets rollup",
    "add bet events time index",
  ]
  static func script(_ index: Int) -> String {
    "V\(versions[index])__\(names[index].split(separator: " ").joined(separator: "_")).sql"
  }

  let kubectl: Kubectl
  let now = WallClock.system.now()

  func ago(_ seconds: Int) -> String { now.advanced(by: .seconds(-seconds)).rfc3339 }

  /// Makes another replica the leader for ten hours.
  func holdElection() async throws {
    let moment = now.rfc3339Microseconds
    try await kubectl.apply(
      """
      {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "whimbrel-leader"},
       "spec": {"holderIdentity": "somebody", "leaseDurationSeconds": 36000, "leaseTransitions": 1,
                "acquireTime": "\(moment)", "renewTime": "\(moment)"}}
      """)
  }

  /// Takes all resources away.
  func clear() async throws {
    try await KubernetesLab.withClient(kubectl.kubeconfig) { client in
      for resource in try await client.listAll(CitusMigration.self).items {
        try await client.delete(
          CitusMigration.self, name: resource.metadata.name, namespace: resource.metadata.namespace)
      }
    }
  }

  /// Declares resources, and reports their statuses as a leader would.
  func declare(_ resources: [CitusMigration]) async throws {
    struct Namespace: Encodable {
      let apiVersion = "v1", kind = "Namespace"
      var metadata: [String: String]
    }
    for name in Set(resources.compactMap(\.metadata.namespace)).sorted() {
      try await kubectl.apply(Namespace(metadata: ["name": name]))
    }
    try await KubernetesLab.withClient(kubectl.kubeconfig) { client in
      for resource in resources {
        _ = try await client.create(resource)
        guard let status = resource.status else { continue }
        let patch = try JSONEncoder().encode(["status": status])
        _ = try await client.patch(
          CitusMigration.self, name: resource.metadata.name, namespace: resource.metadata.namespace,
          patch: .merge([UInt8](patch)), subresource: "status")
      }
    }
  }

  // MARK: Resources

  func resource(
    _ namespace: String, _ name: String, after upstream: String? = nil, suspend: Bool? = nil,
    _ status: CitusMigrationStatus?
  ) -> CitusMigration {
    var cluster = ClusterSpec(workers: ClusterSpec.WorkersSpec(expected: 2))
    cluster.uri = ValueSpec(secretKeyRef: ValueSpec.SecretKeySpec(name: "database", key: "uri"))
    var spec = CitusMigrationSpec(
      migrations: MigrationsSpec(configMap: MigrationsSpec.ConfigMapSpec(names: ["migrations"])), cluster: cluster)
    spec.suspend = suspend
    if let upstream {
      var after = PromotionSpec.UpstreamSpec()
      (after.name, after.namespace) = (name, upstream)
      spec.promotion = PromotionSpec()
      spec.promotion?.after = [after]
    }
    return CitusMigration(metadata: ObjectMetadata(name: name, namespace: namespace), spec: spec, status: status)
  }

  /// A thing in dev, staging and prod.
  func stages(
    _ name: String, _ dev: CitusMigrationStatus, _ staging: CitusMigrationStatus, _ prod: CitusMigrationStatus
  )
    -> [CitusMigration]
  {
    [
      resource("\(name)-dev", name, dev), resource("\(name)-staging", name, after: "\(name)-dev", staging),
      resource("\(name)-prod", name, after: "\(name)-staging", prod),
    ]
  }

  var resources: [CitusMigration] {
    stages(
      "betting", applied(7), applied(7),
      held(
        5, .awaitingApproval, "Awaiting approval",
        "Approve plan 9c56cc51b374: 2 migrations wait, both in effect in betting-staging/betting"))
      + stages(
        "payments", applying(),
        held(
          3, .soaking, "Soaking", "V20251118201500 has been in payments-dev/payments for 12 min of 30 min", until: 1080),
        applied(3))
      + stages("wallet", failed(), applied(4), waiting())
      + stages(
        "odds", applied(7), drifted(),
        held(6, .outsideWindow, "Outside window", "The window opens at 02:00 Europe/Zurich", until: 16_200))
      + [resource("reports", "reports", suspend: true, applied(2)), resource("sandbox", "sandbox", nil)]
  }
}

/// A client of a kubeconfig's cluster.
enum KubernetesLab {
  static func withClient(_ kubeconfig: String, _ body: (KubernetesClient) async throws -> Void) async throws {
    let http = HTTPClient()
    let configuration = try await KubernetesConfiguration.load(kubeconfig: kubeconfig, environment: [:])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    try await body(KubernetesClient(configuration: configuration, http: http, logger: logger))
    await http.close()
  }
}
