import Support
import Testing

@testable import Kubernetes

@Suite("What a credential plugin wrote")
struct ExecCredentialTests {
  private static func json(_ status: String, version: String = "v1") -> String {
    #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/\#(version)","status":\#(status)}"#
  }

  private func decode(_ text: String, _ version: ExecPlugin.Version = .v1) throws(KubernetesError) -> ExecCredential {
    try ExecCredential.decode(Array(text.utf8), version: version)
  }

  @Test("a token, a certificate with its key, or both")
  func parts() throws {
    let token = try decode(Self.json(#"{"token":"t.o-k_e\/n"}"#))
    #expect(token.token == Redacted("t.o-k_e/n"))
    #expect(token.expiration == nil)
    let both = try decode(
      Self.json(#"{"token":"t","clientCertificateData":"-C-\n","clientKeyData":"-K-\n"}"#, version: "v1beta1"), .v1beta1
    )
    #expect(both.certificate == Array("-C-\n".utf8))
    #expect(both.key == Redacted(Array("-K-\n".utf8)))
    #expect(!"\(both)".contains("-K-"))
  }

  @Test("YAML is read as well")
  func yaml() throws {
    let credential = try decode(
      """
      apiVersion: client.authentication.k8s.io/v1
      kind: ExecCredential
      status:
        expirationTimestamp: 2026-01-02T03:04:05Z
        token: abc
      """)
    #expect(credential.token == Redacted("abc"))
    #expect(credential.expiration?.rfc3339 == "2026-01-02T03:04:05Z")
  }

  @Test(
    "times have any offset",
    arguments: [
      ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
      ("2026-01-01T23:04:05.5-05:30", "2026-01-02T04:34:05Z"), ("2026-01-02T03:04:05+0200", nil),
      ("2026-01-02T03:04:05+99:00", nil), ("2026-01-02", nil), ("soon", nil), ("", nil), ("+01:00", nil),
    ] as [(String, String?)])
  func times(text: String, expected: String?) {
    #expect(ExecCredential.moment(text)?.rfc3339 == expected)
  }

  @Test(
    "anything else is refused, and never quoted",
    arguments: [
      ("", "no ExecCredential"), ("hush", "no ExecCredential"), ("{hush", "no ExecCredential"),
      (json(#"{"token":7}"#), "no ExecCredential"), (json("null"), "has no status"),
      (json("{}"), "neither a token nor a certificate"), (json(#"{"token":""}"#), "neither a token nor a certificate"),
      (json(#"{"clientKeyData":"hush"}"#), "only one of"), (json(#"{"clientCertificateData":"hush"}"#), "only one of"),
      (json(#"{"token":"hush\nX: y"}"#), "a character that no bearer token may hold"),
      (json(#"{"token":"hush","expirationTimestamp":"soon"}"#), "no time of RFC 3339"),
      (json(#"{"token":"hush"}"#, version: "v1beta1"), "instead of 'client.authentication.k8s.io/v1 ExecCredential'"),
      (#"{"kind":"hush!","apiVersion":"client.authentication.k8s.io/v1"}"#, "instead of"),
    ])
  func refusals(text: String, expected: String) {
    let error = #expect(throws: KubernetesError.self) { try decode(text) }
    #expect(error?.code == .credentials)
    #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("hush\n") != true)
  }
}
