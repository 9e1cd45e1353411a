@testable import Controller
import Kubernetes

/// A resource with a status.
func resource(
  _ namespace: String = "shop-dev", _ name: String = "shop", labels: [String: String] = [:],
  after upstreams: [(namespace: String?, name: String)] = [], suspend: Bool? = nil,
  _ change: ((inout CitusMigrationStatus) -> Void)? = nil
) -> CitusMigration {
  var spec = CitusMigrationSpec(
    migrations: MigrationsSpec(), cluster: ClusterSpec(workers: ClusterSpec.WorkersSpec(expected: 2)))
  spec.suspend = suspend
  if !upstreams.isEmpty {
    var promotion = PromotionSpec()
    promotion.after = upstreams.map { upstream in
      var spec = PromotionSpec.UpstreamSpec()
      (spec.namespace, spec.name) = (upstream.namespace, upstream.name)
      return spec
    }
    spec.promotion = promotion
  }
  var status: CitusMigrationStatus?
  if let change {
    var made = CitusMigrationStatus()
    change(&made)
    status = made
  }
  return CitusMigration(
    metadata: ObjectMetadata(name: name, namespace: namespace, labels: labels), spec: spec, status: status)
}

func condition(
  _ type: ConditionType, _ status: String, _ reason: Reason, _ message: String = "",
  at time: String = "2026-01-02T03:04:05Z"
) -> Condition {
  Condition(type: type.rawValue, status: status, lastTransitionTime: time, reason: reason.rawValue, message: message)
}
