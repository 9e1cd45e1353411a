import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite(
  "Ways to a real API server", .enabled(if: RealServer.kubeconfig != nil, RealServer.skipReason),
  .timeLimit(.minutes(5)))
struct RealServerAccessTests {
  /// Whom the server takes us for: one without rights is named in its refusal.
  private func identity(_ client: KubernetesClient) async throws -> String {
    do throws(KubernetesError) {
      _ = try await client.list(Namespace.self)
      return "administrator"
    } catch {
      guard error.code == .forbidden, let name = error.message.firstMatch(of: /User "([^"]*)"/)?.1 else { throw error }
      return String(name)
    }
  }

  @Test("a proxy is tunnelled through")
  func proxy() async throws {
    let proxy = try TunnelProxy()
    var configuration = try await RealServer.load()
    configuration.proxy = proxy.url
    let server = APICallRecord.host(of: configuration.server)
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "administrator")
      #expect(!proxy.connected.isEmpty)
      #expect(Set(proxy.connected) == [server])
    }
    proxy.stop()
  }

  @Test("the server's certificate is verified by tls-server-name where that is set")
  func serverName() async throws {
    var configuration = try await RealServer.load()
    configuration.tls.serverName = "kubernetes.default.svc"
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "administrator")
    }
    configuration.tls.serverName = "elsewhere.example"
    try await RealServer.with(configuration) { client, _ async throws in
      let error = await failure { () throws(KubernetesError) in try await client.serverVersion() }
      #expect(error?.code == .transport)
      #expect(error?.isTransient == false)
    }
  }

  @Test("who impersonates is taken for the other one, with groups and attributes")
  func impersonation() async throws {
    var configuration = try await RealServer.load()
    // The server echoes no attributes: this shows only that it takes them.
    configuration.impersonation = .init(user: "jane@example.org", extra: ["example.org/scope": ["a", "b"]])
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "jane@example.org")
    }
    configuration.impersonation?.groups = ["system:authenticated", "system:masters"]
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "administrator")
    }
  }

  @Test(
    "a plugin's token is accepted; when the server refuses it, another one is made",
    .enabled("the kubeconfig has no context \(RealServer.tokenContext) with a token") {
      await RealServer.token() != nil
    })
  func pluginToken() async throws {
    let token = try #require(await RealServer.token())
    let script = try PluginScript.handingOut(#"{"token":"\#(token.reveal())"}"#)
    var configuration = try await RealServer.load(context: RealServer.tokenContext)
    configuration.authentication = .exec(script.plugin())
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "administrator")
      #expect(try await identity(client) == "administrator")
      #expect(script.runs == 1)
    }
    let stale = try PluginScript.handingOut(#"{"token":"expired"}"#)
    configuration.authentication = .exec(stale.plugin())
    try await RealServer.with(configuration) { client, _ async throws in
      let refused = await failure { () throws(KubernetesError) in try await client.list(Namespace.self) }
      // The plugin made the same token again: nothing is sent a second time.
      #expect(refused?.code == .credentials)
      try stale.handOut(#"{"token":"\#(token.reveal())"}"#)
      #expect(try await eventually { (try? await identity(client)) == "administrator" })
    }
  }

  @Test(
    "a plugin's new certificate is another identity at once, on connections of its own",
    .enabled(if: RealServer.authorityKey != nil, RealServer.noAuthorityKey))
  func pluginCertificate() async throws {
    let files = try Workspace()
    let first = try await RealServer.certificate("first", in: files)
    let second = try await RealServer.certificate("second", in: files)
    let script = try PluginScript.handingOut(first.status(expiresIn: .seconds(1)))
    var configuration = try await RealServer.load()
    configuration.tls.clientCertificate = nil
    configuration.tls.clientKey = nil
    configuration.authentication = .exec(script.plugin())
    try await RealServer.with(configuration) { client, _ async throws in
      #expect(try await identity(client) == "first")
      try script.handOut(second.status(expiresIn: .seconds(600)))
      #expect(try await eventually { (try? await identity(client)) == "second" })
    }
  }

  @Test(
    "client certificates in files are read again when they are replaced",
    .enabled(if: RealServer.authorityKey != nil, RealServer.noAuthorityKey))
  func certificateFiles() async throws {
    let files = try Workspace()
    let first = try await RealServer.certificate("first", in: files)
    let second = try await RealServer.certificate("second", in: files)
    try files.write("client.crt", first.certificate)
    try files.write("client.key", first.key)
    var configuration = try await RealServer.load()
    configuration.tls.clientCertificate = Array(first.certificate.utf8)
    configuration.tls.clientKey = Redacted(Array(first.key.utf8))
    configuration.clientCertificateFile = files.path + "/client.crt"
    configuration.clientKeyFile = files.path + "/client.key"
    let time = ManualTime()
    let http = HTTPClient()
    let client = KubernetesClient(configuration: configuration, http: http, logger: .quiet, time: time.source)
    #expect(try await identity(client) == "first")
    try files.write("client.crt", second.certificate)
    try files.write("client.key", second.key)
    #expect(try await identity(client) == "first")
    time.advance(by: RefreshingFile.maximumAge)
    #expect(try await identity(client) == "second")
    // A pair of which one was read too early: the handshake fails, and both are read again.
    let third = try await RealServer.certificate("third", in: files)
    try files.write("client.crt", third.certificate)
    time.advance(by: RefreshingFile.maximumAge)
    let error = await failure { () throws(KubernetesError) in try await client.serverVersion() }
    #expect(error?.code == .transport)
    try files.write("client.key", third.key)
    #expect(try await identity(client) == "third")
    await http.close()
  }
}

/// A client certificate and its key, PEM.
struct ClientPair {
  let certificate: String
  let key: String

  /// The status of an ExecCredential.
  func status(expiresIn left: Duration) -> String {
    func escaped(_ text: String) -> String { text.split(separator: "\n").joined(separator: #"\n"#) + #"\n"# }
    let expiration = WallClock.system.now().advanced(by: left).rfc3339Microseconds
    return #"{"clientCertificateData":"\#(escaped(certificate))","clientKeyData":"\#(escaped(key))","#
      + #""expirationTimestamp":"\#(expiration)"}"#
  }
}

extension RealServer {
  /// The key of the authority for client certificates, where the local infrastructure keeps it.
  static var authorityKey: String? {
    guard let kubeconfig, let slash = kubeconfig.lastIndex(of: "/") else { return nil }
    let path = kubeconfig[..<slash] + "/kubernetes/ca.key"
    return FileManager.default.isReadableFile(atPath: String(path)) ? String(path) : nil
  }

  static let noAuthorityKey: Comment = "the key of the authority is not beside the kubeconfig"

  /// Issues a certificate for a user without rights.
  static func certificate(_ user: String, in files: Workspace) async throws -> ClientPair {
    let authority = (authorityKey ?? "").dropLast(4)
    let base = files.path + "/" + user
    try await openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(user)", "-addext",
      "extendedKeyUsage=clientAuth", "-keyout", base + ".key", "-out", base + ".csr")
    try await openssl(
      "x509", "-req", "-in", base + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key", "-days", "2",
      "-set_serial", "0x\(String(UInt64.random(in: 1 ... .max), radix: 16))", "-copy_extensions", "copy", "-out",
      base + ".crt")
    func text(_ path: String) -> String {
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return ClientPair(certificate: text(base + ".crt"), key: text(base + ".key"))
  }

  private static func openssl(_ arguments: String...) async throws {
    let result = try await RunningProcess.run("openssl", arguments) { process in
      try await process.waitForEnd()
      return process.output
    }
    #expect(result.ending == .exited(0), "\(result.value)")
  }
}
