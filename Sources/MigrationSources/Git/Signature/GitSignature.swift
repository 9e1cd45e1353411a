/// What `git verify-commit --raw` and `git verify-tag --raw` say: pure.
enum GitSignature {
  /// Why a signature is refused; nil if it is good.
  ///
  /// The exit code decides; that the words agree with it is asked for as well, and they tell why it is refused. They are
  /// those of `doc/DETAILS` of GnuPG ("General status codes") and of `ssh-keygen -Y verify`.
  static func refusal(_ result: GitResult) -> String? {
    let lines = result.message.split(whereSeparator: \.isNewline)
    let codes = lines.filter { $0.hasPrefix("[GNUPG:] ") }.map { $0.split(separator: " ").dropFirst() }
    let isGood =
      codes.contains { $0.first == "GOODSIG" } || lines.contains { $0.hasPrefix("Good \"git\" signature for ") }
    if result.status == 0, isGood { return nil }
    let key =
      codes.first { ["NO_PUBKEY", "EXPKEYSIG", "REVKEYSIG", "EXPSIG", "BADSIG"].contains($0.first) }?
      .dropFirst().first.map { " \($0.prefix(40))" } ?? ""
    for (code, text) in openPGP where codes.contains(where: { $0.first?.elementsEqual(code) == true }) {
      return "\(text)\(key)"
    }
    if lines.contains(where: { $0.contains("No principal matched") || $0.contains("Good \"git\" signature with") }) {
      return "it is signed with an ssh key that 'allowed_signers' does not have"
    }
    if lines.contains(where: { $0.contains("Could not verify signature") || $0.contains("incorrect signature") }) {
      return "its ssh signature is wrong"
    }
    return lines.isEmpty || lines.contains { $0.contains("no signature found") }
      ? "it is not signed" : "its signature cannot be verified with the keys of the Secret"
  }

  private static let openPGP = [
    ("BADSIG", "its signature is wrong: it was changed after signing; key"),
    ("REVKEYSIG", "it is signed with a key that was revoked:"),
    ("EXPKEYSIG", "it is signed with a key that has expired:"),
    ("EXPSIG", "its signature has expired; key"),
    ("NO_PUBKEY", "it is signed with a key that the Secret does not have:"),
  ]

  /// The name that the object of a tag gives itself: a signed tag cannot stand for another one.
  static func name(ofTag bytes: [UInt8]) -> String? {
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.isEmpty { return nil }
      if line.starts(with: "tag ".utf8) { return String(decoding: line.dropFirst(4), as: UTF8.self) }
    }
    return nil
  }
}
