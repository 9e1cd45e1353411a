/// What it means when git cannot reach or fetch a repository: a table.
///
/// git ends with 128 for all of it, and says more only in words; each row names the source of its words. They are those of
/// `LC_ALL=C`.
struct GitFailure: Sendable {
  let url: GitURL
  /// What is not shown even if a server sends it back.
  let secrets: [String]
  /// The private folder, whose name helps nobody.
  let folder: String

  struct Row: Sendable {
    let words: String
    /// The file that they are in, of git unless it says otherwise.
    let source: String
    let code: SourceError.Code
    let advice: String
  }

  static let moved = "not our ref"
  static let unadvertised = "unadvertised object"

  private static let (credentials, hostKey) = (
    "correct the Secret of spec.migrations.git.secretRef",
    "the server is not the one that the Secret knows, or somebody stands between; correct 'known_hosts' or 'ca.crt' "
      + "only if you know why"
  )

  static let rows: [Row] = [
    Row(
      words: "Load key \"", source: "OpenSSH sshconnect2.c", code: .authenticationFailed,
      advice: "'identity' is no private key that ssh can read, or its passphrase in 'password' is missing or wrong"),
    Row(
      words: "Host key verification failed", source: "OpenSSH sshconnect.c", code: .authenticationFailed,
      advice: hostKey),
    Row(
      words: "Permission denied (", source: "OpenSSH sshconnect2.c", code: .authenticationFailed, advice: credentials),
    Row(
      words: "Too many authentication failures", source: "OpenSSH packet.c", code: .authenticationFailed,
      advice: credentials),
    Row(words: "Authentication failed for", source: "remote-curl.c", code: .authenticationFailed, advice: credentials),
    Row(words: "could not read Username for", source: "credential.c", code: .authenticationFailed, advice: credentials),
    Row(words: "could not read Password for", source: "credential.c", code: .authenticationFailed, advice: credentials),
    Row(words: "returned error: 401", source: "http.c, curl", code: .authenticationFailed, advice: credentials),
    Row(words: "returned error: 403", source: "http.c, curl", code: .authenticationFailed, advice: credentials),
    Row(
      words: "certificate verif", source: "GnuTLS, OpenSSL through curl", code: .authenticationFailed, advice: hostKey),
    Row(words: "certificate problem", source: "OpenSSL through curl", code: .authenticationFailed, advice: hostKey),
    Row(
      words: "SSL: no alternative certificate subject name", source: "curl", code: .authenticationFailed,
      advice: hostKey),
    Row(words: "does not match target host name", source: "curl", code: .authenticationFailed, advice: hostKey),
    Row(
      words: "returned error: 30", source: "http.c, curl", code: .invalid,
      advice: "redirects are not followed; write the address that it leads to"),
    Row(
      words: "fatal: repository '", source: "remote-curl.c: repository '...' not found", code: .notFound,
      advice: "correct the URL, or give the credentials access to it: servers hide what these may not see"),
    Row(
      words: "does not appear to be a git repository", source: "connect.c, upload-pack.c", code: .notFound,
      advice: "correct the path of the URL"),
    Row(
      words: "epository not found", source: "GitHub and others over ssh", code: .notFound,
      advice: "correct the URL, or give the identity access to it"),
    Row(words: "returned error: 404", source: "http.c, curl", code: .notFound, advice: "correct the URL"),
    Row(
      words: moved, source: "upload-pack.c", code: .notFound,
      advice: "the remote does not have it (any more), or does not hand it out"),
    Row(
      words: unadvertised, source: "fetch-pack.c", code: .notFound,
      advice: "the server hands out the heads of branches and tags only (uploadpack.allowReachableSHA1InWant)"),
    Row(
      words: "' not allowed", source: "transport.c: transport '...' not allowed", code: .invalid,
      advice: "only https and ssh are possible"),
    Row(
      words: "mismatched algorithms", source: "fetch-pack.c", code: .invalid,
      advice: "the commit's name is not of the kind that this repository uses"),
  ]

  /// The error of a failed call that asked a remote for `what`.
  func error(_ result: GitResult, _ what: String) -> SourceError {
    let lines = result.message.split(whereSeparator: \.isNewline)
    // What the server says itself is no base for a decision.
    let own = lines.filter { !$0.hasPrefix("remote:") }
    let row = Self.rows.first { row in own.contains { $0.contains(row.words) } }
    // Where one line says it, the others (a banner of ssh, what git advises) only hide it.
    let telling = row.map { row in own.filter { $0.contains(row.words) } } ?? own
    let said = shown(lines.filter { $0.hasPrefix("remote:") } + telling)
    let text = "\(url.text): \(what) cannot be had: \(said.isEmpty ? "git ended with \(result.status)" : said)"
    guard let row else { return SourceError(.unavailable, "\(text); it is tried again") }
    return SourceError(row.code, "\(text); \(row.advice)")
  }

  // One line without control characters, bounded, without secrets.
  private func shown(_ lines: [Substring]) -> String {
    var text = lines.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for secret in secrets.map({ $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") })
    where secret.utf8.count >= 4 {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
    }
    text = text.split(separator: folder + "/", omittingEmptySubsequences: false).joined()
    let visible = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    return String(String.UnicodeScalarView(visible.prefix(600)))
  }
}
