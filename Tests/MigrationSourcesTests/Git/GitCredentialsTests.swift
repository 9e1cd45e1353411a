@testable import MigrationSources
import Support
import Testing

@Suite("GitCredentials")
struct GitCredentialsTests {
  private static let pem = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
  private static let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n"

  private static func read(_ values: [String: String], _ url: String) throws -> GitCredentials {
    try GitCredentials(values.mapValues { Redacted($0) }, for: try GitURL(url))
  }

  @Test(
    "say which key of a Secret is missing or wrong, and never a value",
    arguments: [
      ("https", ["username": "a"], "go together"), ("https", ["password": "s3cret"], "go together"),
      ("https", ["username": "a", "password": "s3cret", "bearerToken": "t"], "'bearerToken' and also"),
      ("https", ["bearerToken": "s3cret\nX-Injected: 1"], "character that no token has"),
      ("https", ["bearerToken": " "], "no token has"),
      ("https", ["username": "a:b", "password": "s3cret"], "a colon"),
      ("https", ["username": "a\n", "password": "s3cret"], "control"),
      ("https", ["ca.crt": "s3cret"], "no certificate"), ("ssh", [:], "'known_hosts' is missing"),
      ("ssh", ["identity": key], "'known_hosts' is missing"),
      ("ssh", ["identity": key, "known_hosts": " \n"], "'known_hosts' is missing"),
      ("ssh", ["known_hosts": "h ssh-rsa A"], "'identity' is missing"),
      ("ssh", ["known_hosts": "h", "identity": "s3cret"], "'identity'"),
      ("ssh", ["known_hosts": "h", "identity": key, "password": "s3cret\n"], "control character"),
    ] as [(String, [String: String], String)])
  func bad(scheme: String, values: [String: String], what: String) {
    let error = #expect(throws: SourceError.self) { try Self.read(values, "\(scheme)://h/r") }
    #expect(error?.code == .authenticationFailed)
    #expect(error?.message.contains(what) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("s3cret") == false)
  }

  @Test("read Flux's keys, and only those of the scheme")
  func good() throws {
    #expect(
      try Self.read(["username": "a", "password": "", "identity": "x"], "https://h/r").proof
        == .basic(username: "a", password: Redacted("")))
    #expect(try Self.read(["bearerToken": "t\n"], "https://h/r").proof == .bearer(Redacted("t")))
    #expect(try Self.read(["caFile": Self.pem], "https://h/r").authority == Self.pem)
    #expect(try Self.read(["other": "x"], "https://h/r") == .anonymous)
    let ssh = try Self.read(["identity": Self.key, "known_hosts": "h ssh-rsa A", "username": "ignored"], "ssh://h/r")
    #expect(ssh.proof == .identity(Redacted(Self.key), passphrase: nil))
  }

  @Test("that differ in anything are told apart, and those that do not are not")
  func canonical() throws {
    let all = try [
      Self.read([:], "https://h/r"), Self.read(["username": "a", "password": "bc"], "https://h/r"),
      Self.read(["username": "ab", "password": "c"], "https://h/r"), Self.read(["bearerToken": "abc"], "https://h/r"),
      Self.read(["bearerToken": "abc", "ca.crt": Self.pem], "https://h/r"),
      Self.read(["identity": Self.key, "known_hosts": "h"], "ssh://h/r"),
      Self.read(["identity": Self.key, "known_hosts": "i"], "ssh://h/r"),
      Self.read(["identity": Self.key, "known_hosts": "h", "password": "p"], "ssh://h/r"),
    ].map { $0.canonical.reveal() }
    #expect(Set(all).count == all.count)
    #expect(try Self.read(["bearerToken": "abc\n"], "https://h/r").canonical.reveal() == all[3])
    #expect("\(try Self.read(["bearerToken": "s3cret"], "https://h/r"))".contains("s3cret") == false)
  }

  @Test("keys for signatures are those that end with .asc, and allowed_signers")
  func keys() throws {
    let keys = try GitKeys(["b.asc": Redacted("B"), "a.asc": Redacted("A"), "x": Redacted("X")])
    #expect(keys.files.map(\.name) == ["signer-0.asc", "signer-1.asc", "allowed_signers"])
    #expect(keys.files.map { $0.text.reveal() } == ["A", "B", "\n"])
    let error = #expect(throws: SourceError.self) { try GitKeys(["x": Redacted("X")]) }
    #expect(error?.code == .notVerified)
  }
}
