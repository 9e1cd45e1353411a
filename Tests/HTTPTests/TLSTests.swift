import HTTP
import Support
import Testing

/// `openssl s_server -www`: a real TLS server that answers every path with a page about the connection.
final class OpenSSLServer: Sendable {
  let port: Int
  private let process: ChildProcess

  static func start(_ certificates: Certificates, requiresClient: Bool = false) async throws -> OpenSSLServer {
    try await BlockingWork.run { () throws(any Error) in
      try OpenSSLServer(certificates, requiresClient: requiresClient)
    }
  }

  private init(_ certificates: Certificates, requiresClient: Bool) throws {
    let verification = ["-Verify", "1", "-verify_return_error", "-CAfile", certificates.path("authority.pem")]
    process = try ChildProcess(
      [
        "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert", certificates.path("server.pem"), "-key",
        certificates.path("server.key"),
      ] + (requiresClient ? verification : []))
    var found: Int?
    while found == nil, let line = process.nextLine() {
      if line.hasPrefix("ACCEPT "), let text = line.split(separator: ":").last { found = Int(text) }
    }
    guard let found else { throw ChildProcess.Failure(description: "openssl s_server did not start") }
    port = found
  }

  deinit {
    process.kill()
  }
}

@Suite(
  "TLS", .timeLimit(.minutes(5)),
  .enabled(if: ChildProcess.isInstalled("openssl"), "the openssl tool is the server of these tests"))
struct TLSTests {
  /// Sends one request on a fresh client; returns the status.
  private func status(_ host: String, _ server: OpenSSLServer, _ tls: TLSSettings) async throws(HTTPError) -> Int {
    let client = HTTPClient()
    let request = HTTPRequest(url: "https://\(host):\(server.port)/", totalTimeout: .seconds(20), tls: tls)
    do throws(HTTPError) {
      let response = try await client.send(request)
      _ = try await response.body.collect(upTo: 1 << 20)
      await client.close()
      return response.status
    } catch {
      await client.close()
      throw error
    }
  }

  @Test("an authority given in memory is trusted")
  func knownAuthority() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    let tls = TLSSettings(certificateAuthority: try certificates.bytes("authority.pem"))
    #expect(try await status("127.0.0.1", server, tls) == 200)
  }

  @Test("an unknown authority is refused, whether the trust is given or the system's")
  func unknownAuthority() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    for authority in [try certificates.bytes("other.pem"), nil] {
      let tls = TLSSettings(certificateAuthority: authority)
      let error = try await httpError { _ = try await status("127.0.0.1", server, tls) }
      #expect(error.code == .tlsFailed)
      #expect(!error.isTransient)
      #expect(error.message.contains("certificate"))
    }
  }

  @Test("a certificate for another name is refused")
  func wrongName() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    let authority = try certificates.bytes("authority.pem")
    let byHost = TLSSettings(certificateAuthority: authority)
    #expect(await errorCode { () throws(HTTPError) in _ = try await status("localhost", server, byHost) } == .tlsFailed)
    let byName = TLSSettings(certificateAuthority: authority, serverName: "wrong.test")
    #expect(await errorCode { () throws(HTTPError) in _ = try await status("127.0.0.1", server, byName) } == .tlsFailed)
  }

  @Test("another server name is what the certificate is held against")
  func serverName() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    let tls = TLSSettings(certificateAuthority: try certificates.bytes("authority.pem"), serverName: "server.test")
    #expect(try await status("localhost", server, tls) == 200)
  }

  @Test("without verification any certificate will do")
  func unverified() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    #expect(try await status("localhost", server, TLSSettings(verify: false)) == 200)
  }

  @Test("a client certificate is presented where one is required; without it the error says TLS")
  func clientCertificate() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates, requiresClient: true)
    var tls = TLSSettings(certificateAuthority: try certificates.bytes("authority.pem"))
    let error = try await httpError { _ = try await status("127.0.0.1", server, tls) }
    #expect(error.code == .tlsFailed)
    tls.clientCertificate = try certificates.bytes("client.pem")
    tls.clientKey = Redacted(try certificates.bytes("client.key"))
    #expect(try await status("127.0.0.1", server, tls) == 200)
  }

  @Test("certificates that are none are .tlsFailed, and show nothing of the key")
  func brokenCertificates() async throws {
    let certificates = try await Certificates.make()
    let server = try await OpenSSLServer.start(certificates)
    let authority = try certificates.bytes("authority.pem")
    let broken = [
      TLSSettings(certificateAuthority: Array("no certificate".utf8)),
      TLSSettings(
        certificateAuthority: authority, clientCertificate: try certificates.bytes("client.pem"),
        clientKey: Redacted(Array("secret".utf8))),
      TLSSettings(
        certificateAuthority: authority, clientCertificate: try certificates.bytes("client.pem"),
        clientKey: Redacted(try certificates.bytes("server.key"))),
    ]
    for tls in broken {
      let error = try await httpError { _ = try await status("127.0.0.1", server, tls) }
      #expect(error.code == .tlsFailed)
      #expect(!error.message.contains("secret"))
    }
  }
}
