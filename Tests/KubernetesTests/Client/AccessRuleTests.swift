@testable import Kubernetes
import Testing

@Suite("What a refused call needs")
struct AccessRuleTests {
  @Test(
    "is named as a rule: verb, resource, group, and where to add it",
    arguments: [
      (
        APICall("patch", "PATCH", Lease.self, namespace: "dev", name: "app", subresource: "status"),
        #"a Role in namespace 'dev', bound to the identity that is used: apiGroups ["coordination.k8s.io"], resources ["leases/status"], verbs ["patch"]"#
      ),
      (
        APICall("replace", "PUT", Lease.self, namespace: "dev", name: "app"),
        #"a Role in namespace 'dev', bound to the identity that is used: apiGroups ["coordination.k8s.io"], resources ["leases"], verbs ["update"]"#
      ),
      (
        APICall("list", "GET", ConfigMap.self, namespace: nil),
        #"a ClusterRole, bound to the identity that is used: apiGroups [""], resources ["configmaps"], verbs ["list"]"#
      ),
    ])
  func advice(call: APICall, text: String) throws {
    #expect(call.access?.advice == "add to " + text)
    let error = KubernetesError(
      status: 403, object: nil, retryAfter: nil, call: call.name, access: call.access)
    #expect(error.code == .forbidden && error.message.hasSuffix("; add to " + text))
  }
}
