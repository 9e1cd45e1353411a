@testable import Controller
import Kubernetes

/// The resource `dev/app` with a status.
func resource(_ change: (inout CitusMigrationStatus) -> Void) -> CitusMigration {
  var status = CitusMigrationStatus()
  change(&status)
  return CitusMigration(
    metadata: ObjectMetadata(name: "app", namespace: "dev"),
    spec: CitusMigrationSpec(
      migrations: MigrationsSpec(), cluster: ClusterSpec(workers: .init(expected: 2, match: nil))),
    status: status)
}
