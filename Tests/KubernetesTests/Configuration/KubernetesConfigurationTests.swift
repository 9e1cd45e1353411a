import FoundationEssentials
import HTTP
import Support
import Testing

@testable import Kubernetes

@Suite("Finding and reading the configuration")
struct KubernetesConfigurationTests {
  private static let outside = ServiceAccount(directory: "/nonexistent")

  private func load(
    _ file: String? = nil, context: String? = nil, _ environment: [String: String] = [:],
    serviceAccount: ServiceAccount = outside
  ) async throws(KubernetesError) -> KubernetesConfiguration {
    try await KubernetesConfiguration.load(
      kubeconfig: file, context: context, environment: environment, serviceAccount: serviceAccount)
  }

  private static func kubeconfig(
    server: String = "https://one:6443/", cluster: String = "", user: String = "{token: secret-token}"
  ) -> String {
    """
    current-context: main
    contexts: [{name: main, context: {cluster: c, user: u, namespace: dev}}, {name: other, context: {cluster: c}}]
    clusters: [{name: c, cluster: {server: "\(server)"\(cluster.isEmpty ? "" : ", " + cluster)}}]
    users: [{name: u, user: \(user)}]
    """
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  @Test("a context names cluster, user and namespace")
  func context() async throws {
    let files = try Workspace()
    let path = try files.write("config", Self.kubeconfig())
    let main = try await load(path)
    #expect(main.server == "https://one:6443")
    #expect(main.namespace == "dev")
    #expect(main.authentication == .token(Redacted("secret-token")))
    #expect(main.origin == "kubeconfig \(path), context main")
    let other = try await load(path, context: "other")
    #expect(other.namespace == "default")
    #expect(other.authentication == .none)
  }

  @Test("certificates come inline or from files beside the kubeconfig")
  func certificates() async throws {
    let files = try Workspace()
    try files.write("pki/ca.crt", "CA")
    try files.write("pki/client.key", "KEY")
    let path = try files.write(
      "config",
      Self.kubeconfig(
        cluster: "certificate-authority: pki/ca.crt, tls-server-name: api.test, proxy-url: \"http://proxy:3128\"",
        user: "{client-certificate-data: \"\(Self.base64("CERT"))\", client-key: \(files.path)/pki/client.key}"))
    let configuration = try await load(path)
    #expect(
      configuration.tls
        == TLSSettings(
          certificateAuthority: Array("CA".utf8), clientCertificate: Array("CERT".utf8),
          clientKey: Redacted(Array("KEY".utf8)), serverName: "api.test"))
    #expect(configuration.proxy == "http://proxy:3128")
    // What lies in a file is read from there again.
    #expect(configuration.certificateAuthorityFile == files.path + "/pki/ca.crt")
    #expect(configuration.clientCertificateFile == nil)
    #expect(configuration.clientKeyFile == files.path + "/pki/client.key")
    #expect(configuration.warnings.isEmpty)
  }

  @Test("an inline token wins over a token file; a token file is named relative to the kubeconfig")
  func tokens() async throws {
    let files = try Workspace()
    let both = try files.write("both", Self.kubeconfig(user: "{token: inline, tokenFile: token}"))
    let file = try files.write("file", Self.kubeconfig(user: "{tokenFile: token}"))
    #expect(try await load(both).authentication == .token(Redacted("inline")))
    #expect(try await load(file).authentication == .tokenFile(files.path + "/token"))
  }

  @Test("impersonation is taken over")
  func impersonation() async throws {
    let files = try Workspace()
    let path = try files.write(
      "config",
      Self.kubeconfig(
        user: "{token: t, as: jane, as-uid: \"7\", as-groups: [dev, ops], as-user-extra: {scopes: [a, b]}}"))
    #expect(
      try await load(path).impersonation
        == KubernetesConfiguration.Impersonation(
          user: "jane", uid: "7", groups: ["dev", "ops"], extra: ["scopes": ["a", "b"]]))
  }

  @Test("an insecure cluster is accepted only when it says so, and is warned about")
  func insecure() async throws {
    let files = try Workspace()
    let path = try files.write("config", Self.kubeconfig(cluster: "insecure-skip-tls-verify: true"))
    let configuration = try await load(path)
    #expect(!configuration.tls.verify)
    #expect(configuration.warnings.count == 1)
  }

  @Test(
    "what is not supported or not possible is refused with the field's name",
    arguments: [
      ("{auth-provider: {name: gcp}}", "", "user 'u': auth-provider"),
      ("{username: a, password: hush}", "", "user 'u': username: basic authentication"),
      ("{client-certificate-data: Q0VSVA==}", "", "client-certificate and client-key are needed together"),
      ("{client-certificate-data: \"%%\", client-key-data: QQ==}", "", "client-certificate-data is not base64"),
      ("{client-certificate: nowhere.crt, client-key-data: QQ==}", "", "user 'u': client-certificate: cannot read"),
      ("{as-groups: [a]}", "", "as-uid, as-groups and as-user-extra need as"),
      ("{token: 12}", "", "users[0].user.token: expected a string"),
      ("{}", "certificate-authority-data: QQ==, insecure-skip-tls-verify: true", "exclude each other"),
      ("{}", "certificate-authority: nowhere.crt", "certificate-authority: cannot read"),
    ])
  func refusals(user: String, cluster: String, expected: String) async throws {
    let files = try Workspace()
    let path = try files.write("config", Self.kubeconfig(cluster: cluster, user: user))
    let error = try #require(await failure { () throws(KubernetesError) in try await load(path) })
    #expect(error.code == .configuration)
    #expect(error.message.contains(expected), "\(error)")
    #expect(error.message.contains(path), "\(error)")
    #expect(!error.message.contains("hush"))
  }

  @Test(
    "a kubeconfig that does not fit together is refused",
    arguments: [
      ("", nil, "holds no document"), ("contexts: []", nil, "no current-context is set"),
      ("a: [", nil, "line"), ("current-context: x", nil, "there is no context 'x'"),
      (kubeconfig(), "nope", "there is no context 'nope' (there are: main, other)"),
      (kubeconfig(server: "one:6443"), nil, "server must be an http or https URL"),
    ] as [(String, String?, String)])
  func inconsistent(text: String, context: String?, expected: String) async throws {
    let files = try Workspace()
    let path = try files.write("config", text)
    let error = try #require(await failure { () throws(KubernetesError) in try await load(path, context: context) })
    #expect(error.message.contains(expected), "\(error)")
  }

  @Test("the files of KUBECONFIG are merged, the first wins, missing ones are skipped")
  func merging() async throws {
    let files = try Workspace()
    let first = try files.write(
      "first", "current-context: main\nusers: [{name: u, user: {token: from-first}}]\n")
    let second = try files.write("second", Self.kubeconfig(server: "https://second"))
    let list = "\(first):/nonexistent/config:\(second)"
    let configuration = try await load(nil, ["KUBECONFIG": list])
    #expect(configuration.server == "https://second")
    #expect(configuration.authentication == .token(Redacted("from-first")))
    let error = await failure { () throws(KubernetesError) in try await load(nil, ["KUBECONFIG": "/nonexistent"]) }
    #expect(error?.message.contains("KUBECONFIG names no file that can be read") == true)
  }

  @Test("flag, KUBECONFIG, service account, home: in this order")
  func precedence() async throws {
    let files = try Workspace()
    let flag = try files.write("flag", Self.kubeconfig(server: "https://flag"))
    let list = try files.write("list", Self.kubeconfig(server: "https://list"))
    try files.write("home/.kube/config", Self.kubeconfig(server: "https://home"))
    try files.write("account/token", "pod-token\n")
    try files.write("account/ca.crt", "CA")
    try files.write("account/namespace", "whimbrel-system\n")
    let account = ServiceAccount(directory: files.path + "/account")
    var environment = [
      "KUBECONFIG": list, "HOME": files.path + "/home", "KUBERNETES_SERVICE_HOST": "fd00::1",
      "KUBERNETES_SERVICE_PORT": "443",
    ]
    #expect(try await load(flag, environment, serviceAccount: account).server == "https://flag")
    #expect(try await load(nil, environment, serviceAccount: account).server == "https://list")
    environment["KUBECONFIG"] = nil
    let pod = try await load(nil, environment, serviceAccount: account)
    #expect(pod.server == "https://[fd00::1]:443")
    #expect(pod.namespace == "whimbrel-system")
    #expect(pod.authentication == .tokenFile(account.directory + "/token"))
    #expect(pod.tls.certificateAuthority == Array("CA".utf8))
    #expect(try await load(nil, context: "main", environment, serviceAccount: account).server == "https://home")
    environment["KUBERNETES_SERVICE_HOST"] = nil
    #expect(try await load(nil, environment, serviceAccount: account).server == "https://home")
    let error = await failure { () throws(KubernetesError) in try await load(nil, [:]) }
    #expect(error?.message.contains("no Kubernetes configuration found") == true)
  }

  @Test("a kubeconfig from elsewhere may not name files of this machine")
  func untrusted() async throws {
    let files = try Workspace()
    try files.write("ca.crt", "CA")
    for (cluster, user) in [
      ("certificate-authority: \(files.path)/ca.crt", "{}"), ("", "{tokenFile: /etc/hostname}"),
      ("", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ls, interactiveMode: Never}}"),
    ] {
      let bytes = Redacted(Array(Self.kubeconfig(cluster: cluster, user: user).utf8))
      let error = await failure { () throws(KubernetesError) in
        try await KubernetesConfiguration.load(kubeconfig: bytes, origin: "Secret dev/staging")
      }
      #expect(error?.message.contains("which is not allowed here") == true)
    }
    let good = Redacted(Array(Self.kubeconfig().utf8))
    let configuration = try await KubernetesConfiguration.load(kubeconfig: good, origin: "Secret dev/staging")
    #expect(configuration.origin == "kubeconfig Secret dev/staging, context main")
  }

  @Test("a file that is too large is refused")
  func boundedFiles() async throws {
    let files = try Workspace()
    let path = try files.write("large", String(repeating: "#", count: 5 << 20))
    let error = await failure { () throws(KubernetesError) in try await load(path) }
    #expect(error?.message.contains("more than 4194304 bytes") == true)
  }

  @Test("no description shows a token")
  func redaction() async throws {
    let files = try Workspace()
    let configuration = try await load(try files.write("config", Self.kubeconfig()))
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("secret-token"))
    #expect(!"\(configuration)".contains("secret-token"))
  }

  @Test("a file is read again when it is old or was refused, and its old content serves while it is away")
  func refreshingFile() async throws {
    let files = try Workspace()
    let time = ManualTime()
    let path = try files.write("token", "one")
    let file = RefreshingFile(path: path, time: time.source)
    func text() async throws -> String { String(decoding: try await file.content(), as: UTF8.self) }
    #expect(try await text() == "one")
    try files.write("token", "two")
    time.advance(by: .seconds(49))
    #expect(try await text() == "one")
    time.advance(by: .seconds(1))
    #expect(try await text() == "two")
    try files.write("token", "three")
    file.invalidate()
    #expect(try await text() == "three")
    try FileManager.default.removeItem(atPath: path)
    file.invalidate()
    #expect(try await text() == "three")
  }
}
