import MigrationSources
import Support
import TestSupport
import Testing

@Suite(
  "Signatures in a repository",
  .enabled(if: GitWebServer.unavailableReason == nil, Comment(rawValue: GitWebServer.unavailableReason ?? "")))
struct GitSignatureTests {
  /// Keys of two people, of either kind.
  private struct Signers {
    let folder: TemporaryDirectory
    let openPGP: [String]
    let ssh: [String]

    static func make() async throws -> Signers {
      let folder = try TemporaryDirectory()
      let script = """
        set -e
        mkdir -m 700 gnupg
        for name in dev stranger; do
          ssh-keygen -q -t ed25519 -N '' -C $name -f $name
          gpg --homedir gnupg --batch --quiet --pinentry-mode loopback --passphrase '' \
            --quick-generate-key "$name <$name@example.com>" ed25519 sign never
          gpg --homedir gnupg --batch --armor --export $name@example.com
          echo
          printf '%s@example.com ' $name
          cat $name.pub
        done
        """
      let lines = try await ToolRun.run("sh", ["-c", script], in: folder.path)
      let parts = lines.split(separator: "-----BEGIN PGP PUBLIC KEY BLOCK-----").map {
        "-----BEGIN PGP PUBLIC KEY BLOCK-----" + $0
      }
      let end = "-----END PGP PUBLIC KEY BLOCK-----"
      return Signers(
        folder: folder,
        openPGP: parts.map { ($0.split(separator: end).first.map(String.init) ?? "") + end + "\n" },
        ssh: parts.map { $0.split(separator: end).last.map { $0.split(whereSeparator: \.isNewline).joined() } ?? "" })
    }

    /// git's settings for signing.
    func settings(_ name: String, isSSH: Bool) -> [String] {
      isSSH
        ? ["gpg.format=ssh", "user.signingKey=\(folder.path)/\(name)"]
        : ["user.signingKey=\(name)@example.com", "gpg.program=\(folder.path)/gpg.sh"]
    }

    func end() async {
      _ = try? await ToolRun.run("gpgconf", ["--homedir", "gnupg", "--kill", "all"], in: folder.path)
    }
  }

  private static func refusal(
    _ reader: GitWebTests.Reader, _ reference: GitReference, _ mode: GitVerification, _ keys: [String: String]
  ) async throws -> String? {
    let url = try GitURL(reader.server.url("app"))
    let credentials = try GitCredentials(["ca.crt": Redacted(reader.server.authority)], for: url)
    do throws(SourceError) {
      _ = try await reader.source.snapshot(
        of: GitRequest(url: url, reference: reference, verification: mode), with: credentials,
        keys: GitKeys(keys.mapValues { Redacted($0) }))
      return nil
    } catch {
      #expect(error.code == .notVerified && !error.isTransient, "\(error.message)")
      return error.message
    }
  }

  @Test("of commits and tags must be by a key of the Secret, and by none other", arguments: [false, true])
  func signatures(isSSH: Bool) async throws {
    let signers = try await Signers.make()
    try signers.folder.write("#!/bin/sh\nexec gpg --homedir '\(signers.folder.path)/gnupg' \"$@\"\n", to: "gpg.sh")
    try await ToolRun.run("chmod", ["755", "gpg.sh"], in: signers.folder.path)
    try await GitWebTests.with { reader in
      let keys = isSSH ? ["allowed_signers": signers.ssh[0]] : ["dev.asc": signers.openPGP[0]]
      let others = isSSH ? ["allowed_signers": signers.ssh[1]] : ["stranger.asc": signers.openPGP[1]]
      let wrongKind = isSSH ? ["dev.asc": signers.openPGP[0]] : ["allowed_signers": signers.ssh[0]]
      let dev = signers.settings("dev", isSSH: isSSH)
      let repository = try await reader.server.makeRepository("app")
      try await repository.push(["V1__a.sql": "SELECT 1;"])
      #expect(try await Self.refusal(reader, .remoteHead, .head, keys)?.contains("it is not signed") == true)
      try await repository.tag("light")
      #expect(try await Self.refusal(reader, .tag("light"), .tag, keys)?.contains("lightweight tag") == true)
      try await repository.tag("plain", ["-a", "-m", "plain"])
      #expect(try await Self.refusal(reader, .tag("plain"), .tag, keys)?.contains("it is not signed") == true)
      // A tag that is signed on a commit that is not.
      try await repository.tag("v1.0.0", ["-s", "-m", "one"], settings: dev)
      #expect(try await Self.refusal(reader, .tag("v1.0.0"), .tag, keys) == nil)
      #expect(try await Self.refusal(reader, .tag("v1.0.0"), .tagAndHead, keys)?.contains("commit") == true)
      #expect(try await Self.refusal(reader, .tag("v1.0.0"), .tag, others) != nil)
      #expect(try await Self.refusal(reader, .tag("v1.0.0"), .tag, wrongKind) != nil)
      // The signed object under another name: an old version, say, in the place of a new one.
      let object = try await repository.git(["rev-parse", "refs/tags/v1.0.0"])
      try await repository.git(["push", "--quiet", repository.path, "\(object):refs/tags/v9.0.0"])
      #expect(try await Self.refusal(reader, .tag("v9.0.0"), .tag, keys)?.contains("a tag of another name") == true)
      try await repository.push(["V2__b.sql": "SELECT 2;"], ["-S"], settings: dev)
      try await repository.tag("v2.0.0", ["-s", "-m", "two"], settings: dev)
      #expect(try await Self.refusal(reader, .remoteHead, .head, keys) == nil)
      #expect(try await Self.refusal(reader, try GitReference(semver: "^2"), .tagAndHead, keys) == nil)
      #expect(try await Self.refusal(reader, .remoteHead, .head, others) != nil)
      #expect(try await Self.refusal(reader, .remoteHead, .head, wrongKind) != nil)
      // A signature over something else.
      try await repository.git(["checkout", "--quiet", "-B", "forged"])
      let text = try await repository.git(["cat-file", "commit", "HEAD"])
      try repository.write(["../forged": text.replacing("change", with: "forged") + "\n"])
      let forged = try await repository.git(["hash-object", "-t", "commit", "-w", "../forged"])
      try await repository.git(["push", "--quiet", "--force", repository.path, "\(forged):refs/heads/forged"])
      #expect(try await Self.refusal(reader, .branch("forged"), .head, keys) != nil)
      // The checkout's own commits by somebody whom the Secret does not know.
      try await repository.push(["V3__c.sql": "x"], ["-S"], settings: signers.settings("stranger", isSSH: isSSH))
      #expect(try await Self.refusal(reader, .remoteHead, .head, keys) != nil)
    }
    await signers.end()
  }

  @Test("cannot be verified with what is no key")
  func badKeys() async throws {
    try await GitWebTests.with { reader in
      let repository = try await reader.server.makeRepository("app")
      try await repository.push(["V1__a.sql": "SELECT 1;"])
      let said = try await Self.refusal(reader, .remoteHead, .head, ["dev.asc": "nonsense"])
      #expect(said?.contains("OpenPGP keys") == true, "\(said ?? "")")
    }
  }
}
