import Testing

@testable import YAML

@Suite("A kubeconfig as kubectl writes it")
struct KubeconfigShapeTests {
  struct File: Decodable {
    struct Named: Decodable {
      struct Cluster: Decodable {
        var server: String
        var data: String?
        enum CodingKeys: String, CodingKey {
          case server
          case data = "certificate-authority-data"
        }
      }
      var name: String
      var cluster: Cluster
    }
    var apiVersion: String
    var currentContext: String
    var clusters: [Named]
    enum CodingKeys: String, CodingKey {
      case apiVersion, clusters
      case currentContext = "current-context"
    }
  }

  @Test("is decoded, unknown parts and all")
  func decodes() throws {
    let text = """
      apiVersion: v1
      clusters:
      - cluster:
          certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUMvakNDQWVhZ0F3SUJBZ0lCQURBTkJna3Foa2lH
          extensions:
          - extension:
              last-update: Mon, 02 Feb 2026 10:11:12 CET
              provider: minikube.sigs.k8s.io
              version: v1.37.0
            name: cluster_info
          server: https://127.0.0.1:39433
        name: kind-dev
      contexts:
      - context:
          cluster: kind-dev
          user: kind-dev
        name: kind-dev
      current-context: kind-dev
      kind: Config
      preferences: {}
      users:
      - name: kind-dev
        user:
          client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
          client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=
      - name: eks
        user:
          exec:
            apiVersion: client.authentication.k8s.io/v1beta1
            args:
            - eks
            - get-token
            command: aws
            env: null
            provideClusterInfo: false

      """
    let file = try YAMLDecoder().decode(File.self, from: Array(text.utf8))
    #expect(file.apiVersion == "v1")
    #expect(file.currentContext == "kind-dev")
    #expect(file.clusters.first?.cluster.server == "https://127.0.0.1:39433")
    #expect(file.clusters.first?.cluster.data?.hasPrefix("LS0tLS1CRUdJTiBDRVJU") == true)
  }
}
