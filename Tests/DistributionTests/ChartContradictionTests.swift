import TestSupport
import Testing

@Suite("Values of the chart", .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct ChartContradictionTests {
  private static let digest = "sha256:" + String(repeating: "0", count: 64)

  @Test(
    "that contradict each other are refused with what to change",
    arguments: [
      ("image: {tag: a, digest: '\(digest)'}", "set image.tag to \"\""),
      ("serviceAccount: {create: false}", "name the service account that is there"),
      ("{namespaced: {enabled: true}, rbac: {aggregatedRoles: true}}", "set rbac.aggregatedRoles to false"),
      (
        "{namespaced: {enabled: true}, controller: {allowCrossNamespaceReferences: true}}",
        "controller.allowCrossNamespaceReferences needs all namespaces"
      ),
      (
        "{namespaced: {enabled: true}, flux: {enabled: true, allowCrossNamespaceSources: true}}",
        "flux.allowCrossNamespaceSources needs all namespaces"
      ),
      ("namespaced: {namespace: team-a}", "set namespaced.enabled to true"),
      ("flux: {allowCrossNamespaceSources: true}", "set flux.enabled to true"),
      ("metrics: {enabled: false, serviceMonitor: {enabled: true}}", "or metrics.serviceMonitor.enabled to false"),
      ("metrics: {enabled: false, alerts: {enabled: true}}", "or metrics.alerts.enabled to false"),
      ("metrics: {enabled: false, dashboard: {enabled: true}}", "or metrics.dashboard.enabled to false"),
      ("controller: {concurrency: 2}", "controller.concurrencyPerTarget (4) is more than controller.concurrency (2)"),
      ("controller: {drainTimeoutSeconds: 60}", "raise terminationGracePeriodSeconds"),
      ("networkPolicy: {enabled: false, egress: [{to: []}]}", "set networkPolicy.enabled to true"),
      ("dashboard: {enabled: true, authentication: false}", "set dashboard.authentication to true"),
      ("networkPolicy: {enabled: false, dashboardFrom: [{podSelector: {}}]}", "or remove the names"),
      ("approvalPolicy: {enabled: true}", "fill approvalPolicy.groups or approvalPolicy.users"),
      ("controller: {extraArguments: [--log-level=debug]}", "has --log-level=debug, which the chart writes itself"),
      ("controller: {extraArguments: [--namespace, a]}", "has --namespace, which the chart writes itself"),
      ("replicas: 1", "podDisruptionBudget.minAvailable (1) of 1 replicas would let no node be drained"),
      ("podDisruptionBudget: {minAvailable: 51%}", "(51%) of 2 replicas would let no node be drained"),
      ("podDisruptionBudget: {minAvailable: '', maxUnavailable: 0}", "podDisruptionBudget.maxUnavailable is 0"),
      ("podDisruptionBudget: {maxUnavailable: 1}", "set minAvailable to \"\""),
      ("podDisruptionBudget: {minAvailable: ''}", "set one of them"),
    ] as [(String, String)])
  func contradictions(values: String, message: String) async throws {
    await #expect {
      _ = try await Chart.render(values)
    } throws: {
      "\($0)".contains("These values contradict each other") && "\($0)".contains(message)
    }
  }

  @Test("that contradict each other in several ways are named together")
  func several() async throws {
    await #expect {
      _ = try await Chart.render("{replicas: 1, serviceAccount: {create: false}, namespaced: {namespace: a}}")
    } throws: { error in
      ["of 1 replicas", "serviceAccount.create is false", "namespaced.enabled is false"].allSatisfy {
        "\(error)".contains($0)
      }
    }
  }

  @Test(
    "that are at the edge of a contradiction are taken",
    arguments: [
      "podDisruptionBudget: {minAvailable: 50%}", "{replicas: 0}",
      "{replicas: 3, podDisruptionBudget: {minAvailable: 2}}",
      "podDisruptionBudget: {minAvailable: '', maxUnavailable: 1%}", "controller: {drainTimeoutSeconds: 59}",
      "controller: {concurrency: 4}", "image: {digest: '\(digest)'}",
    ])
  func edges(values: String) async throws {
    #expect(try await Chart.render(values).contains("kind: Deployment"))
  }

  @Test(
    "that the schema does not know are refused where they stand",
    arguments: [
      ("replica: 3", "Additional property replica is not allowed"),
      ("image: {digest: latest}", "image.digest"),
      ("image: {pullPolicy: Sometimes}", "image.pullPolicy"),
      ("replicas: two", "replicas"),
      ("replicas: 11", "replicas"),
      ("controller: {logLevel: loud}", "controller.logLevel"),
      ("controller: {leaderElection: {leaseDuration: 15}}", "controller.leaderElection.leaseDuration"),
      ("git: {cacheSizeMiB: 8}", "git.cacheSizeMiB"),
      ("podDisruptionBudget: {minAvailable: most}", "podDisruptionBudget.minAvailable"),
      ("webhook: {service: {port: 70000}}", "webhook.service.port"),
      ("dashboard: {service: {port: 0}}", "dashboard.service.port"),
      ("namespaced: {namespace: Team_A}", "namespaced.namespace"),
      (#"approvalPolicy: {enabled: true, groups: ["a' || true || 'b"]}"#, "approvalPolicy.groups.0"),
    ] as [(String, String)])
  func schema(values: String, place: String) async throws {
    await #expect {
      _ = try await Chart.render(values)
    } throws: {
      "\($0)".contains("values don't meet the specifications") && "\($0)".contains(place)
    }
  }
}
