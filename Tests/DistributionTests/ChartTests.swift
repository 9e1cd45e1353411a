import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite("The chart", .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct ChartTests {
  /// Values, and what they add to or take from the objects of a release without any.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let values: String
    var adds: Set<String> = []
    var lacks: Set<String> = []
    /// What the controller is started with.
    var arguments: [String] = []
    /// Lines that are somewhere in what is rendered.
    var lines: [String] = []
    /// The oldest release by whose schemas it is checked.
    var since = "1.25"
  }

  private static let standard: Set<String> = [
    "CustomResourceDefinition/citusmigrations.whimbrel.dev", "ServiceAccount/whimbrel", "Role/whimbrel-leases",
    "RoleBinding/whimbrel-leases", "ClusterRole/whimbrel", "ClusterRoleBinding/whimbrel", "Deployment/whimbrel",
    "PodDisruptionBudget/whimbrel", "Service/whimbrel-metrics", "NetworkPolicy/whimbrel", "Pod/whimbrel-test",
  ]
  /// Of the program, and of the chart.
  private static let version = "0.1.0"
  private static let clusterRoles: Set<String> = ["ClusterRole/whimbrel", "ClusterRoleBinding/whimbrel"]
  private static let digest = "sha256:" + String(repeating: "0a", count: 32)

  static let cases: [Case] = [
    Case(
      testDescription: "nothing set", values: "{}",
      arguments: ["controller", "--operations-address=0.0.0.0:8080", "--drain-timeout=30"],
      lines: [
        "image: \"whimbrel:\(version)\"", "helm.sh/resource-policy: keep", "emptyDir: {sizeLimit: 2048Mi}",
        "minAvailable: 1", "replicas: 2",
      ]),
    Case(
      testDescription: "one namespace, its own",
      values: "{namespaced: {enabled: true}, flux: {enabled: true}, webhook: {enabled: true}}",
      adds: [
        "Role/whimbrel", "RoleBinding/whimbrel", "Role/whimbrel-flux", "RoleBinding/whimbrel-flux",
        "Role/whimbrel-webhook", "RoleBinding/whimbrel-webhook", "Service/whimbrel-webhook",
      ], lacks: clusterRoles, arguments: ["--namespace=whimbrel-system", "--webhook-address=0.0.0.0:8081"]),
    Case(
      testDescription: "one namespace, another",
      values: "{namespaced: {enabled: true, namespace: team-a}}",
      adds: ["Role/whimbrel", "RoleBinding/whimbrel"], lacks: clusterRoles, arguments: ["--namespace=team-a"],
      lines: ["namespace: team-a", "namespace: whimbrel-system"]),
    Case(
      testDescription: "everything of the Prometheus operator and Grafana",
      values: """
        controller: {leaderElection: {leaseName: other-leader}}
        metrics:
          service: {port: 9090, annotations: {a: b}}
          serviceMonitor: {enabled: true, interval: 1m, labels: {release: prometheus}}
          alerts: {enabled: true, labels: {release: prometheus}}
          dashboard: {enabled: true}
        """,
      adds: ["ServiceMonitor/whimbrel", "PrometheusRule/whimbrel", "ConfigMap/whimbrel-dashboard"],
      arguments: ["--leader-elect-name=other-leader"],
      lines: [
        "release: prometheus", "interval: 1m", "- alert: WhimbrelNoLeader", "grafana_dashboard: \"1\"",
        "expr: sum by (name) (leader_election_master_status{name=~\"other-leader(-shard-.+)?\"}) < 1",
        "summary: \"{{ $labels.namespace }}/{{ $labels.name }} is Stalled: it needs a person.\"",
      ]),
    Case(
      testDescription: "webhooks and Flux for all namespaces",
      values: """
        flux: {enabled: true, allowCrossNamespaceSources: true}
        webhook: {enabled: true, service: {type: LoadBalancer, port: 80, annotations: {a: b}}}
        networkPolicy:
          webhookFrom: [{ipBlock: {cidr: 192.0.2.0/24}}]
          egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 5432, protocol: TCP}]}]
        controller: {allowCrossNamespaceReferences: true}
        """,
      adds: [
        "ClusterRole/whimbrel-flux", "ClusterRoleBinding/whimbrel-flux", "ClusterRole/whimbrel-webhook",
        "ClusterRoleBinding/whimbrel-webhook", "Service/whimbrel-webhook",
      ], arguments: ["--allow-cross-namespace-sources", "--allow-cross-namespace-references"],
      lines: ["type: LoadBalancer", "cidr: 192.0.2.0/24", "- {port: 53, protocol: UDP}", "- Egress"]),
    Case(
      testDescription: "the dashboard for those who may list resources",
      values: """
        dashboard: {enabled: true, service: {type: NodePort, port: 80, annotations: {a: b}}}
        networkPolicy: {dashboardFrom: [{ipBlock: {cidr: 192.0.2.0/24}}]}
        """,
      adds: [
        "ClusterRole/whimbrel-dashboard", "ClusterRoleBinding/whimbrel-dashboard", "Service/whimbrel-dashboard",
      ], arguments: ["--dashboard-address=0.0.0.0:8082", "--dashboard-authentication=token"],
      lines: [
        "type: NodePort", "cidr: 192.0.2.0/24", "resources: [tokenreviews]", "- {port: dashboard, protocol: TCP}",
      ]),
    Case(
      testDescription: "the dashboard in one namespace, for some pods",
      values: """
        namespaced: {enabled: true}
        dashboard: {enabled: true, authentication: false}
        networkPolicy: {dashboardFrom: [{podSelector: {}}]}
        """,
      adds: ["Role/whimbrel", "RoleBinding/whimbrel", "Service/whimbrel-dashboard"], lacks: clusterRoles,
      arguments: ["--dashboard-authentication=none"]),
    Case(
      testDescription: "roles for people, and who may approve",
      values:
        "{rbac: {aggregatedRoles: true}, approvalPolicy: {enabled: true, groups: [leads, dba], users: [jo@example.org]}}",
      adds: [
        "ClusterRole/whimbrel-view", "ClusterRole/whimbrel-edit", "ClusterRole/whimbrel-admin",
        "ValidatingAdmissionPolicy/whimbrel-approvals", "ValidatingAdmissionPolicyBinding/whimbrel-approvals",
      ],
      lines: [
        "expression: \"request.userInfo.groups.exists(g, g in ['leads','dba']) || "
          + "request.userInfo.username in ['jo@example.org']\"",
        "rbac.authorization.k8s.io/aggregate-to-view: \"true\"",
      ], since: "1.30"),
    Case(
      testDescription: "approvals in one namespace",
      values: "{namespaced: {enabled: true}, approvalPolicy: {enabled: true, users: [jo]}}",
      adds: [
        "Role/whimbrel", "RoleBinding/whimbrel", "ValidatingAdmissionPolicy/whimbrel-system-whimbrel-approvals",
        "ValidatingAdmissionPolicyBinding/whimbrel-system-whimbrel-approvals",
      ], lacks: clusterRoles, lines: ["kubernetes.io/metadata.name: whimbrel-system"], since: "1.30"),
    Case(
      testDescription: "one replica, and nothing that can be left out",
      values: """
        {replicas: 1, podDisruptionBudget: {enabled: false}, networkPolicy: {enabled: false}, metrics: {enabled: false},
         crds: {install: false}, rbac: {create: false}, serviceAccount: {create: false, name: mine}, tests: {enabled: false}}
        """,
      lacks: standard.subtracting(["Deployment/whimbrel"]), lines: ["serviceAccountName: mine", "replicas: 1"]),
    Case(
      testDescription: "an image by digest, and a definition that goes with the release",
      values: """
        image: {repository: registry.example.org/whimbrel, digest: "\(digest)", pullPolicy: Always}
        imagePullSecrets: [{name: registry}]
        crds: {keep: false}
        """, lines: ["image: \"registry.example.org/whimbrel@\(digest)\"", "- name: registry"]),
    Case(
      testDescription: "everything about pods",
      values: """
        replicas: 3
        podDisruptionBudget: {minAvailable: "", maxUnavailable: 34%}
        updateStrategy: {type: Recreate, rollingUpdate: null}
        resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}
        terminationGracePeriodSeconds: 700
        controller:
          {drainTimeoutSeconds: 600, migrationsRoot: /migrations, logLevel: debug, logFormat: text, concurrency: 20,
           concurrencyPerTarget: 2, shards: 7, extraArguments: [--context=other]}
        podLabels: {team: data}
        podAnnotations: {a: b}
        commonLabels: {owner: platform}
        priorityClassName: system-cluster-critical
        nodeSelector: {kubernetes.io/os: linux}
        tolerations: [{key: a, operator: Exists}]
        affinity:
          podAntiAffinity:
            requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {a: b}}}]
        topologySpreadConstraints:
          - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {own: "1"}}}
          - {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
        extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
        extraEnvFrom: [{secretRef: {name: more, optional: true}}]
        extraVolumes: [{name: migrations, persistentVolumeClaim: {claimName: migrations}}]
        extraVolumeMounts: [{name: migrations, mountPath: /migrations, readOnly: true}]
        git: {cacheSizeMiB: 2048, cacheVolume: {ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce],
          resources: {requests: {storage: 4Gi}}}}}}}
        """,
      arguments: [
        "--migrations-root=/migrations", "--context=other", "--git-cache-size=2048", "--concurrency-per-target=2",
        "--shards=7",
      ],
      lines: [
        "own: \"1\"", "maxUnavailable: 34%", "team: data", "owner: platform", "type: Recreate",
        "value: http://proxy:3128",
      ]),
    Case(
      testDescription: "other names",
      values: "{fullnameOverride: migrator, nameOverride: short, serviceAccount: {annotations: {a: b}}}",
      adds: [
        "ServiceAccount/migrator", "Role/migrator-leases", "RoleBinding/migrator-leases", "ClusterRole/migrator",
        "ClusterRoleBinding/migrator", "Deployment/migrator", "PodDisruptionBudget/migrator",
        "Service/migrator-metrics", "NetworkPolicy/migrator", "Pod/migrator-test",
      ], lacks: standard.subtracting(["CustomResourceDefinition/citusmigrations.whimbrel.dev"]),
      lines: ["app.kubernetes.io/name: short"]),
  ]

  @Test("makes of values what Kubernetes knows, and what was asked for", arguments: cases)
  func renders(_ example: Case) async throws {
    let objects = try Objects(try await Chart.render(example.values))
    #expect(Set(objects.names) == Self.standard.union(example.adds).subtracting(example.lacks))
    #expect(Set(objects.names).count == objects.names.count)
    let lines = Set(objects.text.split(separator: "\n").map { $0.drop { $0 == " " } })
    for line in example.lines { #expect(lines.contains(Substring(line)), "\(line)") }
    let arguments = try objects.arguments()
    for argument in example.arguments { #expect(arguments.contains(argument), "\(argument)") }
    for pod in objects.pods { #expect(RestrictedPod.violations(pod) == []) }
    for release in [example.since, "1.37"] {
      try await KubernetesTools.validate(
        objects.text, release: release, except: Chart.foreignKinds + ["CustomResourceDefinition"])
    }
  }

  @Test("passes helm's own checks, and has the resource definition as it is", arguments: ["1.25", "1.32", "1.37"])
  func wellFormed(release: String) async throws {
    let lint = try await KubernetesTools.helm(["lint", "--strict", Chart.folder])
    #expect(lint.contains("0 chart(s) failed"))
    let text = try await KubernetesTools.helm(["template", "x", Chart.folder, "--show-only", "templates/crd.yaml"])
    try await KubernetesTools.validate(text, release: release)
    let keep = "  annotations:\n    helm.sh/resource-policy: keep\n"
    #expect(text.contains(keep))
    #expect(text.replacing(keep, with: "").hasSuffix(try Chart.text("files/citusmigrations.yaml").trimmed))
  }

  @Test("has a disruption budget and a definition that old servers know, and refuses what they do not")
  func oldServers() async throws {
    let objects = try Objects(try await Chart.render("{}", kubernetes: "1.20"))
    #expect(try objects.only("PodDisruptionBudget")["apiVersion"]?.scalar?.text == "policy/v1beta1")
    for (release, hasRules) in [("1.24.17", false), ("1.25.0", true)] {
      #expect(try await Chart.render("{}", kubernetes: release).contains("x-kubernetes-validations") == hasRules)
    }
    await #expect {
      _ = try await Chart.render("{approvalPolicy: {enabled: true, users: [jo]}}", kubernetes: "1.29.3")
    } throws: {
      "\($0)".contains("needs Kubernetes 1.30") && "\($0)".contains("this cluster has v1.29.3")
    }
  }

  @Test("has the version of the program")
  func versions() throws {
    let source = try Data(contentsOf: URL(filePath: Checkout.path + "/Sources/Commands/WhimbrelCommand.swift"))
    #expect(String(decoding: source, as: UTF8.self).contains("static let current = \"\(Self.version)\""))
    #expect(try Chart.text("Chart.yaml").contains("\nversion: \(Self.version)\nappVersion: \(Self.version)\n"))
  }
}

extension String {
  /// Without line breaks at its end.
  var trimmed: String {
    var text = self[...]
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
