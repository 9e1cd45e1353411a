import Postgres
import Support
import TestSupport
import Testing

struct SecrecyTests {
  private let secret = "s3cr3t-Pässwörd"

  private func texts<Value>(of value: Value) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(reflecting: value), String(describing: value), dumped]
  }

  @Test("no text about parameters shows the password or the key")
  func parameters() throws {
    let parameters = ConnectionParameters(
      host: "h", database: "d", user: "u", password: Redacted(secret),
      tls: TLS(mode: .require, certificate: "c", key: Redacted(secret)))
    for text in texts(of: parameters) + texts(of: parameters.tls) + [parameters.targetIdentity] {
      #expect(!text.contains(secret))
    }
  }

  @Test(
    "no error about a connection URI shows a part of it that may be secret",
    arguments: [
      "postgresql://u:s3cr3t-Pässwörd@h:5432x/d", "postgresql://u:s3cr3t-Pässwörd%zz@h/d",
      "postgresql://u:p@s3cr3t-Pässwörd@h/d", "postgresql://u:s3cr3t-Pässwörd@[h/d", "password=s3cr3t-Pässwörd port=x",
      "password = 'u s3cr3t-Pässwörd", "host=h pass s3cr3t-Pässwörd", "s3cr3t-Pässwörd=x",
      "postgresql://h/d?s3cr3t-Pässwörd=1",
    ])
  func uris(uri: String) throws {
    do {
      let parameters = try ConnectionParameters(uri: Redacted(uri))
      // One of them is readable, with a part of the password as host: that is shown nowhere by an error either.
      #expect(parameters.password != nil)
    } catch {
      for text in texts(of: error) {
        #expect(!text.contains("s3cr3t"))
      }
    }
  }

  @Test("no error of a connection shows the password", .enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"))
  func errors() async throws {
    let server = try await PostgresServer.shared()
    for mode in [TLS.Mode.disable, .prefer, .verifyFull] {
      for host in ["127.0.0.1", "localhost", "no-such-host.invalid", "/nowhere"] {
        var parameters = server.parameters(tls: TLS(mode: mode))
        parameters.host = host
        parameters.password = Redacted(secret)
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
        for text in error.map(texts(of:)) ?? [] {
          #expect(!text.contains("s3cr3t"))
        }
      }
    }
    let connection = try await PostgresConnection.connect(server.parameters())
    for text in texts(of: connection) {
      #expect(!text.contains(server.password.reveal()))
    }
    await connection.close()
  }
}
