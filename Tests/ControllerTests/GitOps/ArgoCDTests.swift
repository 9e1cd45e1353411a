@testable import Controller
import FoundationEssentials
import Subprocess
import TestSupport
import Testing
import YAML

@Suite("Argo CD")
struct ArgoCDTests {
  /// Runs health.lua over objects; `status|message` for each.
  private static func health(_ objects: [JSONValue]) async throws -> [String] {
    let script = try Checkout.text("manifests/argocd/health.lua")
    let calls = objects.map { "obj = \(Lua.literal($0))\nshow(health())" }.joined(separator: "\n")
    return try await Lua.run(
      """
      function health()
      \(script)
      end
      function show(hs) print(hs.status .. "|" .. hs.message) end
      \(calls)
      """)
  }

  private static func condition(_ type: String, _ status: String, _ message: String, generation: Int = 2) -> String {
    """
    {"type": "\(type)", "status": "\(status)", "reason": "R", "message": "\(message)",
     "observedGeneration": \(generation), "lastTransitionTime": "2026-01-01T00:00:00Z"}
    """
  }

  private static func object(
    _ conditions: [String], observed: Int? = 2, suspend: Bool? = nil, deleting: Bool = false
  ) -> String {
    let deletion = deleting ? #", "deletionTimestamp": "2026-01-01T00:00:00Z""# : ""
    let spec = suspend.map { #"{"suspend": \#($0)}"# } ?? "{}"
    let seen = observed.map { #""observedGeneration": \#($0), "# } ?? ""
    return """
      {"metadata": {"name": "a", "generation": 2\(deletion)}, "spec": \(spec),
       "status": {\(seen)"conditions": [\(conditions.joined(separator: ","))]}}
      """
  }

  private static let cases: [(object: String, health: String)] = [
    (
      #"{"metadata": {"name": "a", "generation": 1}, "spec": {}}"#,
      "Progressing|waiting for the controller to look at generation 1"
    ),
    (
      #"{"metadata": {"name": "a", "generation": 1}, "spec": {}, "status": {"observedGeneration": -1}}"#,
      "Progressing|waiting for the controller to look at generation 1"
    ),
    (object([condition("Ready", "True", "3 applied")]), "Healthy|3 applied"),
    // Of an older spec: whatever it says.
    (
      object([condition("Ready", "True", "3 applied", generation: 1)], observed: 1),
      "Progressing|waiting for the controller to look at generation 2"
    ),
    (
      object([condition("Stalled", "True", "old", generation: 1)], observed: 1),
      "Progressing|waiting for the controller to look at generation 2"
    ),
    (
      object([condition("Reconciling", "True", "old", generation: 1)], observed: 1),
      "Progressing|waiting for the controller to look at generation 2"
    ),
    (
      object([condition("GateOpen", "False", "old", generation: 1)], observed: 1),
      "Progressing|waiting for the controller to look at generation 2"
    ),
    // Under way: the generation counts as observed once there is a result.
    (
      object([condition("Ready", "False", "m"), condition("Reconciling", "True", "applying 1 of 3")], observed: 1),
      "Progressing|applying 1 of 3"
    ),
    (object([condition("Ready", "False", "m"), condition("Reconciling", "True", "waits")]), "Progressing|waits"),
    (object([condition("Ready", "False", "m"), condition("Stalled", "True", "V7 failed")]), "Degraded|V7 failed"),
    // Gates.
    (
      object(
        [
          condition("Ready", "False", "m"), condition("Reconciling", "True", "waits"),
          condition("GateOpen", "False", "awaiting approval"),
        ], observed: 1), "Suspended|awaiting approval"
    ),
    (
      object([condition("Ready", "True", "held migrations count as ready"), condition("GateOpen", "False", "held")]),
      "Healthy|held migrations count as ready"
    ),
    (
      object([condition("Stalled", "True", "V7 failed"), condition("GateOpen", "False", "held")]), "Degraded|V7 failed"
    ),
    (
      object([condition("Reconciling", "True", "applying"), condition("GateOpen", "True", "open")]),
      "Progressing|applying"
    ),
    // Suspended, whatever else; and deletion before all.
    (
      object([condition("Ready", "True", "3 applied")], suspend: true),
      "Suspended|spec.suspend is true: new runs are held back"
    ),
    (
      object([condition("Stalled", "True", "V7 failed")], suspend: true),
      "Suspended|spec.suspend is true: new runs are held back"
    ),
    (object([condition("Ready", "True", "3 applied")], suspend: false), "Healthy|3 applied"),
    (object([condition("Ready", "True", "3 applied")], deleting: true), "Progressing|Pending deletion"),
    (object([condition("Ready", "True", "3 applied")], suspend: true, deleting: true), "Progressing|Pending deletion"),
    (object([]), "Progressing|waiting for the controller to look at generation 2"),
    (
      object([condition("Ready", "True", "m")], observed: nil),
      "Progressing|waiting for the controller to look at generation 2"
    ),
  ]

  @Test("sees the health that a person would see, in every state")
  func health() async throws {
    let found = try await Self.health(try Self.cases.map { try Lua.json($0.object) })
    #expect(found.count == Self.cases.count)
    for (found, expected) in zip(found, Self.cases) { #expect(found == expected.health, "\(expected.object)") }
  }

  @Test("judges what the controller reports as kstatus does: healthy, degraded, or still on its way")
  func reports() async throws {
    var objects: [JSONValue] = []
    var expected: [String] = []
    let firsts: [CitusMigrationStatus?] =
      [nil]
      + [Verdict.applied, .stalled(.migrationFailed, summary: "s", message: "m")].map { verdict in
        StatusReport(generation: 1, handledReconcileAt: nil, previous: nil, now: Samples.now)
          .status(verdict, Observation())
      }
    for first in firsts {
      for verdict in Outcomes.verdicts where verdict != .suspended {
        let status = StatusReport(generation: 2, handledReconcileAt: nil, previous: first, now: Samples.now)
          .status(verdict, Observation())
        let metadata = JSONValue.object(["name": .string("a"), "generation": .number(2)])
        objects.append(
          .object(["metadata": metadata, "spec": .object([:]), "status": try JSONValue(encoding: status)]))
        let health =
          switch KStatus(deleting: false, generation: 2, status) {
          case .current: "Healthy"
          case .failed: "Degraded"
          case .inProgress, .terminating: "Progressing"
          }
        expected.append(health)
      }
    }
    let found = try await Self.health(objects).map { String($0.prefix { $0 != "|" }) }
    #expect(found == expected)
  }

  // MARK: Actions

  private static func actions() throws -> (discovery: String, definitions: [(name: String, script: String)]) {
    let text = try Checkout.text("manifests/argocd/actions.yaml")
    let root = try #require(try YAMLNode.parse(Array(text.utf8)).first)
    let discovery = try #require(root["discovery.lua"]?.scalar?.text)
    guard case .sequence(let list)? = root["definitions"]?.content else { return (discovery, []) }
    return (
      discovery,
      try list.map { (try #require($0["name"]?.scalar?.text), try #require($0["action.lua"]?.scalar?.text)) }
    )
  }

  @Test(
    "offers the actions that make sense",
    arguments: [
      (#"{"metadata": {}, "spec": {}}"#, "approve=true reconcile=false resume=true suspend=false"),
      (#"{"metadata": {}, "spec": {"suspend": true}}"#, "approve=true reconcile=false resume=false suspend=true"),
      (
        #"{"metadata": {}, "spec": {}, "status": {"plan": {"digest": "sha256:1", "steps": [{"script": "V1"}]}}}"#,
        "approve=false reconcile=false resume=true suspend=false"
      ),
      (
        #"{"metadata": {}, "spec": {}, "status": {"plan": {"digest": "sha256:1", "steps": []}}}"#,
        "approve=true reconcile=false resume=true suspend=false"
      ),
      (
        #"{"metadata": {"annotations": {"whimbrel.dev/approve": "sha256:1"}}, "spec": {}, "status": {"plan": {"digest": "sha256:1", "steps": [{"script": "V1"}]}}}"#,
        "approve=true reconcile=false resume=true suspend=false"
      ),
    ])
  func discovery(object: String, disabled: String) async throws {
    let output = try await Lua.run(
      """
      obj = \(Lua.literal(try Lua.json(object)))
      function discover()
      \(try Self.actions().discovery)
      end
      names, actions = {}, discover()
      for name in pairs(actions) do table.insert(names, name) end
      table.sort(names)
      for i, name in ipairs(names) do names[i] = name .. "=" .. tostring(actions[name].disabled) end
      print(table.concat(names, " "))
      """)
    #expect(output == [disabled])
  }

  @Test(
    "does what the annotation or the field means, with annotations there or not",
    arguments: [
      ("suspend", "obj.spec.suspend", "true"), ("resume", "obj.spec.suspend", "false"),
      ("approve", #"obj.metadata.annotations["whimbrel.dev/approve"]"#, "sha256:1"),
      ("reconcile", #"#obj.metadata.annotations["whimbrel.dev/reconcile-at"]"#, "20"),
    ])
  func act(name: String, what: String, value: String) async throws {
    let script = try #require(try Self.actions().definitions.first { $0.name == name }).script
    for metadata in ["{}", #"{"annotations": {"whimbrel.dev/reconcile-at": "old", "other": "kept"}}"#] {
      let object = #"{"metadata": \#(metadata), "spec": {}, "status": {"plan": {"digest": "sha256:1", "steps": [1]}}}"#
      let output = try await Lua.run(
        """
        obj = \(Lua.literal(try Lua.json(object)))
        function act()
        \(script)
        end
        obj = act()
        print(tostring(\(what)))
        print(obj.metadata.annotations and obj.metadata.annotations.other or "none")
        """)
      #expect(output == [value, metadata == "{}" ? "none" : "kept"])
    }
  }

  @Test("has exactly the four actions")
  func names() throws {
    #expect(try Self.actions().definitions.map(\.name) == ["reconcile", "suspend", "resume", "approve"])
  }

  @Test(
    "its component adds both keys to argocd-cm and keeps what is there",
    .enabled("\(Kubectl.needsCurrentKustomize)") { try await Kubectl.hasCurrentKustomize() })
  func component() async throws {
    let directory = try TemporaryDirectory()
    let up = directory.path.split(separator: "/").map { _ in ".." }.joined(separator: "/")
    try directory.write(
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: argocd-cm, labels: {app.kubernetes.io/part-of: argocd}}
      data: {url: "https://argo.example.org"}
      """, to: "argocd-cm.yaml")
    try directory.write(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: argocd
      resources: [argocd-cm.yaml]
      components: ["\(up)\(TestSupport.Checkout.path)/manifests/argocd"]
      """, to: "kustomization.yaml")
    let map = try await Kustomize.build(directory.path)
    #expect(map.count == 1 && map[0]["metadata"]?["name"]?.scalar?.text == "argocd-cm")
    let data = map[0]["data"]
    #expect(data?["url"]?.scalar?.text == "https://argo.example.org")
    #expect(
      data?["resource.customizations.health.whimbrel.dev_CitusMigration"]?.scalar?.text
        == (try Checkout.text("manifests/argocd/health.lua")))
    #expect(
      data?["resource.customizations.actions.whimbrel.dev_CitusMigration"]?.scalar?.text
        == (try Checkout.text("manifests/argocd/actions.yaml")))
  }
}
