import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct TLSTests {
  private func parameters(_ tls: TLS, host: String = "localhost") async throws -> ConnectionParameters {
    var parameters = try await PostgresServer.shared().parameters(tls: tls)
    parameters.host = host
    return parameters
  }

  private func isEncrypted(_ parameters: ConnectionParameters) async throws -> Bool {
    let connection = try await PostgresConnection.connect(parameters)
    let result = try await connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await connection.close()
    return result.rows[0][0] == "t"
  }

  @Test("a mode that allows encryption uses it where the server offers it", arguments: TLS.Mode.allCases)
  func modes(mode: TLS.Mode) async throws {
    let authority = try await PostgresServer.shared().certificates.authority
    let encrypted = try await isEncrypted(parameters(TLS(mode: mode, certificateAuthority: authority)))
    #expect(encrypted == (mode != .disable && mode != .allow))
  }

  @Test("verify-full refuses a server that another authority signed, for good")
  func strangeAuthority() async throws {
    let authority = try await PostgresServer.shared().certificates.strangeAuthority
    let parameters = try await parameters(TLS(mode: .verifyFull, certificateAuthority: authority))
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.message.contains("certificate verify failed") == true)
    #expect(error?.isTransient == false)
  }

  @Test("verify-full refuses a server of another name, verify-ca does not")
  func otherName() async throws {
    let authority = try await PostgresServer.shared().certificates.authority
    let full = try await parameters(TLS(mode: .verifyFull, certificateAuthority: authority), host: "127.0.0.1")
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(full) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.message.contains("does not match host name") == true)
    #expect(error?.isTransient == false)
    let authorityOnly = try await parameters(TLS(mode: .verifyCA, certificateAuthority: authority), host: "127.0.0.1")
    #expect(try await isEncrypted(authorityOnly))
  }

  @Test("without an authority the system's store decides, which does not know this server")
  func systemStore() async throws {
    let parameters = try await parameters(TLS(mode: .verifyFull))
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.isTransient == false)
  }

  @Test("a client certificate from memory opens the session without a password")
  func clientCertificate() async throws {
    let server = try await PostgresServer.shared()
    let administrator = try await PostgresConnection.connect(server.parameters())
    _ = try await administrator.execute("CREATE ROLE certified LOGIN")
    await administrator.close()
    let certificates = server.certificates
    var parameters = try await parameters(
      TLS(
        mode: .verifyFull, certificateAuthority: certificates.authority, certificate: certificates.client,
        key: certificates.clientKey))
    parameters.user = "certified"
    parameters.password = nil
    #expect(try await isEncrypted(parameters))
    parameters.tls.certificate = nil
    parameters.tls.key = nil
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.isTransient == false)
  }

  @Test("a key that is no key is refused for good and never shown")
  func brokenKey() async throws {
    let certificates = try await PostgresServer.shared().certificates
    let parameters = try await parameters(
      TLS(
        mode: .require, certificateAuthority: certificates.authority, certificate: certificates.client,
        key: Redacted("hush-hush")))
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.isTransient == false)
    #expect(error.map { "\($0)".contains("hush") } == false)
  }
}
