import FoundationEssentials
import HTTP
import Support
import Testing

@testable import Kubernetes

@Suite("Credential plugins in a kubeconfig")
struct KubeconfigExecTests {
  private func load(_ exec: String, user: String = "", cluster: String = "") async throws -> KubernetesConfiguration {
    try await KubernetesConfiguration.load(
      kubeconfig: files.write(
        "config",
        """
        current-context: main
        contexts: [{name: main, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://one:6443"\(cluster)}}]
        users: [{name: u, user: {exec: {\(exec)}\(user)}}]
        """), context: nil, environment: [:])
  }

  private let files: Workspace

  init() throws {
    files = try Workspace()
  }

  private func plugin(_ configuration: KubernetesConfiguration) throws -> ExecPlugin {
    guard case .exec(let plugin) = configuration.authentication else { throw CancellationError() }
    return plugin
  }

  @Test("all that a plugin needs is taken over")
  func complete() async throws {
    let configuration = try await load(
      """
      apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, "get-token"], interactiveMode: IfAvailable,
      env: [{name: AWS_PROFILE, value: hush}, {name: EMPTY}], installHint: "see\\nhttps://aws", provideClusterInfo: false
      """)
    #expect(
      try plugin(configuration)
        == ExecPlugin(
          version: .v1, command: "aws", arguments: ["eks", "get-token"],
          environment: ["AWS_PROFILE": Redacted("hush"), "EMPTY": Redacted("")], installHint: "see https://aws"))
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("hush"))
  }

  @Test("a path is meant relative to the kubeconfig, a name is looked for in PATH")
  func paths() async throws {
    let minimal = "apiVersion: client.authentication.k8s.io/v1beta1"
    #expect(try plugin(await load("\(minimal), command: bin/token")).command == files.path + "/bin/token")
    #expect(try plugin(await load("\(minimal), command: ./token")).command == files.path + "/./token")
    #expect(try plugin(await load("\(minimal), command: /bin/token")).command == "/bin/token")
    #expect(try plugin(await load("\(minimal), command: token")).command == "token")
  }

  @Test("the cluster is told of when the plugin wants to know it")
  func cluster() async throws {
    let configuration = try await load(
      "apiVersion: client.authentication.k8s.io/v1, command: t, interactiveMode: Never, provideClusterInfo: true",
      cluster: """
        , certificate-authority-data: Q0E=, tls-server-name: api, proxy-url: "http://proxy", extensions: [
          {name: other, extension: {a: 1}},
          {name: client.authentication.k8s.io/exec, extension: {audience: "06", deep: [1, true, null, 1.5, "x"]}}]
        """)
    let text = try plugin(configuration).information()
    let expected = """
      {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "spec": {"interactive": false,
       "cluster": {"server": "https://one:6443", "tls-server-name": "api", "proxy-url": "http://proxy",
       "certificate-authority-data": "Q0E=",
       "config": {"audience": "06", "deep": [1, true, null, 1.5, "x"]}}}}
      """
    #expect(try decode(text) == decode(expected))
  }

  @Test("without that wish it is not")
  func noCluster() throws {
    let text = try ExecPlugin(version: .v1beta1, command: "t").information()
    let expected = """
      {"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "spec": {"interactive": false}}
      """
    #expect(try decode(text) == decode(expected))
  }

  private func decode(_ text: String) throws -> ExtensionValue {
    try JSONDecoder().decode(ExtensionValue.self, from: Data(text.utf8))
  }

  @Test("a token or a certificate of the same user wins over the plugin")
  func others() async throws {
    let minimal = "apiVersion: client.authentication.k8s.io/v1beta1, command: t"
    #expect(try await load(minimal, user: ", token: x").authentication == .token(Redacted("x")))
    let certificate = ", client-certificate-data: QQ==, client-key-data: QQ=="
    #expect(try await load(minimal, user: certificate).authentication == .none)
  }

  @Test(
    "what a plugin cannot run with is refused",
    arguments: [
      ("command: t", "apiVersion is missing"), ("apiVersion: client.authentication.k8s.io/v1", "command is missing"),
      ("command: t, apiVersion: client.authentication.k8s.io/v1alpha1", "v1alpha1 is not supported"),
      ("command: t, apiVersion: client.authentication.k8s.io/v1", "interactiveMode is missing"),
      ("command: t, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always", "no terminal"),
      ("command: t, apiVersion: client.authentication.k8s.io/v1, interactiveMode: often", "none of Never"),
      ("command: t, apiVersion: client.authentication.k8s.io/v1beta1, env: [{name: a=b}]", "without a proper name"),
    ])
  func refusals(exec: String, expected: String) async throws {
    let error = await #expect(throws: KubernetesError.self) { try await load(exec) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("user 'u': exec: ") == true)
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
  }
}
