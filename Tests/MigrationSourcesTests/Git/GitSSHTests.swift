import MigrationSources
import Support
import TestSupport
import Testing

@Suite(
  "A repository behind sshd",
  .enabled(if: GitSSHServer.unavailableReason == nil, Comment(rawValue: GitSSHServer.unavailableReason ?? "")))
struct GitSSHTests {
  private static func read(
    _ server: GitSSHServer, _ source: GitSource, _ secret: [String: String], repository: String = "app"
  ) async throws -> SourceSnapshot {
    let url = try GitURL(server.url(repository))
    return try await source.snapshot(
      of: GitRequest(url: url, reference: .remoteHead, path: "db"),
      with: GitCredentials(secret.mapValues { Redacted($0) }, for: url))
  }

  @Test("is read with the identity and the server's key out of a Secret, and refused without either")
  func identity() async throws {
    try await GitSSHServer.run { server in
      let repository = try await server.makeRepository("app")
      let commit = try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      let source = GitSource(cache: nil)
      let good = ["identity": server.identity, "known_hosts": server.knownHosts]
      #expect(try await Self.read(server, source, good).revision == "git/db/main@sha1:\(commit)")
      let locked = ["identity": server.lockedIdentity, "known_hosts": server.knownHosts]
      let open = locked.merging(["password": GitSSHServer.passphrase]) { $1 }
      #expect(try await Self.read(server, source, open).files.count == 1)
      typealias Case = (secret: [String: String], repository: String, code: SourceError.Code, words: String)
      let cases: [Case] = [
        (
          ["identity": server.identity, "known_hosts": server.strangeKnownHosts], "app", .authenticationFailed,
          "not the one that the Secret knows"
        ),
        (
          ["identity": server.identity, "known_hosts": "example.com ssh-ed25519 AAAA"], "app", .authenticationFailed,
          "not the one that the Secret knows"
        ),
        (
          ["identity": server.strangeIdentity, "known_hosts": server.knownHosts], "app", .authenticationFailed,
          "Permission denied"
        ),
        (
          ["identity": "-----BEGIN nonsense-----", "known_hosts": server.knownHosts], "app", .authenticationFailed,
          "no private key that ssh can read"
        ),
        (locked, "app", .authenticationFailed, "Permission denied"),
        (locked.merging(["password": "wr0ng"]) { $1 }, "app", .authenticationFailed, "Permission denied"),
        (good, "absent", .notFound, "correct the path"),
      ]
      for (secret, repository, code, words) in cases {
        let error = await #expect(throws: SourceError.self) {
          try await Self.read(server, source, secret, repository: repository)
        }
        #expect(error?.code == code && error?.message.contains(words) == true, "\(words): \(error?.message ?? "")")
        #expect(error?.message.contains("wr0ng") == false && error?.message.contains("whimbrel-git-") == false)
      }
      await source.close()
    }
  }
}
