internal import Support
package import TestSupport

/// A world under two replicas: a namespace, a database, a directory of migrations, one resource, and ways to disturb it.
package struct Scene: Sendable {
  package let settings: SceneSettings
  package let kubectl: Kubectl
  package let database: CitusDatabase
  /// The parts that may be stopped; nil where they belong to others as well.
  package let infrastructure: LocalInfrastructure?
  /// Between the replicas and the coordinator.
  package let relay: TCPRelay
  /// Between the replicas and the API server, where the scene has one.
  package let apiRelay: APIRelay?
  package let replicas: [Replica]
  package let observer: Observer
  /// Holds the replicas' logs, and whatever else a scene writes.
  package let folder: String
  let work: Guarded<Workload>
  let role: Guarded<Role>

  /// Who the controllers are for the database.
  struct Role: Sendable, Equatable {
    var name: String
    var password: String
  }

  /// What is to be applied, with what was added so far.
  package var workload: Workload { work.withLock { $0 } }

  /// The replica that leads: the holder of the election's Lease; without an election, who is at the database.
  ///
  /// - Throws: `NotInTime` if nobody of them leads for half a minute.
  package func leader() async throws -> Replica {
    try await eventually("a replica leads", timeout: .seconds(30)) {
      let leases = try await leases()
      guard let lease = leases.first(where: { $0.name == Verification.electionLease }) else {
        let atWork = relay.owners
        return replicas.first { $0.identifier.map(atWork.contains) == true }
      }
      return replicas.first { $0.identity == lease.holder && $0.identifier != nil }
    }
  }

  /// The Leases of the namespace.
  package func leases() async throws -> [Evidence.LeaseHolder] {
    struct List: Decodable {
      struct Lease: Decodable {
        struct Metadata: Decodable { var name: String }
        struct Spec: Decodable {
          var holderIdentity: String?
          var renewTime: String?
          var leaseDurationSeconds: Int?
        }
        var metadata: Metadata
        var spec: Spec
      }
      var items: [Lease]
    }
    return try await kubectl.get(List.self, "leases").items.map {
      var lease = Evidence.LeaseHolder(name: $0.metadata.name, holder: $0.spec.holderIdentity ?? "")
      lease.renewal = $0.spec.renewTime ?? ""
      lease.duration = .seconds($0.spec.leaseDurationSeconds ?? 0)
      return lease
    }
  }

  /// The resource as it is now.
  package func resource() async throws -> SceneResource {
    try await kubectl.get(SceneResource.self, "cmig", "app")
  }

  /// Adds migrations to the ConfigMap.
  package func addMigrations(_ count: Int) async throws {
    let files = work.withLock { $0.extend(by: count) }
    try await patch("configmap", "migrations", ["data": files])
  }

  func patch(_ kind: String, _ name: String, _ change: [String: [String: String]]) async throws {
    try await kubectl("patch", kind, name, "--type", "merge", "--patch", try JSONText.of(change))
  }
}
