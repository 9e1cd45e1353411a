@testable import MigrationSources
import Testing

@Suite("What git says")
struct GitFailureTests {
  private static func error(_ message: String, secrets: [String] = []) throws -> SourceError {
    GitFailure(url: try GitURL("https://h/r"), secrets: secrets, folder: "/tmp/whimbrel-git-x")
      .error(GitResult(status: 128, message: message), "branch 'main'")
  }

  @Test(
    "is told apart by texts of git, curl and ssh, and what is not known is tried again",
    arguments: [
      ("fatal: unable to access 'https://h/r/': Could not resolve host: h", SourceError.Code.unavailable),
      (
        "fatal: unable to access 'https://h/r/': Failed to connect to h port 443 after 0 ms: Couldn't connect to server",
        .unavailable
      ),
      ("fatal: unable to access 'https://h/r/': The requested URL returned error: 503", .unavailable),
      ("fatal: unable to access 'https://h/r/': The requested URL returned error: 429", .unavailable),
      ("fatal: unable to access 'https://h/r/': The requested URL returned error: 301", .invalid),
      ("fatal: unable to access 'https://h/r/': The requested URL returned error: 403", .authenticationFailed),
      ("fatal: could not read Username for 'https://h': terminal prompts disabled", .authenticationFailed),
      ("fatal: Authentication failed for 'https://h/r/'", .authenticationFailed),
      (
        "fatal: unable to access 'https://h/r/': server certificate verification failed. CAfile: none CRLfile: none",
        .authenticationFailed
      ),
      (
        "fatal: unable to access 'https://h/r/': SSL certificate problem: unable to get local issuer certificate",
        .authenticationFailed
      ),
      ("fatal: repository 'https://h/r/' not found", .notFound),
      ("remote: Not Found\nfatal: repository 'https://h/r/' not found", .notFound),
      ("fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111", .notFound),
      ("error: Server does not allow request for unadvertised object 111", .notFound),
      (
        "Host key verification failed.\r\nfatal: Could not read from remote repository.\n\nPlease make sure you have",
        .authenticationFailed
      ),
      ("git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.", .authenticationFailed),
      (
        "Load key \"/tmp/whimbrel-git-x/identity\": error in libcrypto\ngit@h: Permission denied (publickey).",
        .authenticationFailed
      ),
      (
        "ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.",
        .unavailable
      ),
      ("ssh: Could not resolve hostname h: Name or service not known", .unavailable),
      (
        "fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",
        .notFound
      ),
      ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", .notFound),
      ("fatal: transport 'http' not allowed", .invalid), ("", .unavailable), ("fatal: early EOF", .unavailable),
      // A server may say what it likes, and decides nothing by it.
      ("remote: Permission denied (publickey)\nfatal: the remote end hung up unexpectedly", .unavailable),
    ])
  func table(message: String, code: SourceError.Code) throws {
    let error = try Self.error(message)
    #expect(error.code == code)
    #expect(error.message.hasPrefix("https://h/r: branch 'main' cannot be had: "))
    #expect(error.message.contains("; "))
    #expect(!error.message.contains("whimbrel-git-x"))
  }

  @Test("every row is reached by its own words, and names their source")
  func rows() throws {
    for row in GitFailure.rows {
      #expect(!row.source.isEmpty)
      #expect(try Self.error("x \(row.words) y").code == row.code, "\(row.words)")
    }
  }

  @Test("is shown on one line, bounded, and without secrets that a server sends back")
  func shown() throws {
    let error = try Self.error(
      "remote: you sent s3cret and\u{1B}[31m c3Vw\nfatal: " + String(repeating: "x", count: 2000),
      secrets: ["s3cret", "c3Vw", ""])
    #expect(!error.message.contains("s3cret") && !error.message.contains("c3Vw") && !error.message.contains("\u{1B}"))
    #expect(error.message.contains("you sent *** and"))
    #expect(error.message.count < 800)
  }

  @Test(
    "of a signature is believed only where code and words agree",
    arguments: [
      (0, "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG ABC name\n[GNUPG:] VALIDSIG", nil),
      (0, "Good \"git\" signature for dev@example.com with ED25519 key SHA256:x", nil),
      (1, "[GNUPG:] GOODSIG ABC name", "cannot be verified"), (0, "", "not signed"),
      (0, "Good \"git\" signature with ED25519 key SHA256:x", "'allowed_signers' does not have"),
      (1, "Good \"git\" signature with ED25519 key SHA256:x\nNo principal matched.", "'allowed_signers' does not have"),
      (1, "[GNUPG:] BADSIG ABCDEF name", "changed after signing; key ABCDEF"),
      (1, "[GNUPG:] ERRSIG A 1\n[GNUPG:] NO_PUBKEY ABC", "does not have: ABC"),
      (1, "[GNUPG:] EXPKEYSIG ABC name", "expired: ABC"), (1, "[GNUPG:] REVKEYSIG ABC name", "revoked: ABC"),
      (1, "", "not signed"), (1, "error: no signature found", "not signed"),
      (1, "Could not verify signature.", "ssh signature is wrong"),
    ] as [(Int32, String, String?)])
  func signatures(status: Int32, message: String, refusal: String?) {
    let said = GitSignature.refusal(GitResult(status: status, message: message))
    #expect((said == nil) == (refusal == nil))
    if let refusal { #expect(said?.contains(refusal) == true, "\(said ?? "")") }
  }

  @Test("a tag's object names the tag, in its head alone")
  func tagName() {
    #expect(GitSignature.name(ofTag: Array("object 1\ntype commit\ntag v1.0\ntagger x\n\ntag v2\n".utf8)) == "v1.0")
    #expect(GitSignature.name(ofTag: Array("object 1\n\ntag v2\n".utf8)) == nil)
  }
}
