package import Support

/// The keys by which signatures are verified.
package struct GitKeys: Sendable, Equatable {
  /// OpenPGP public keys, by name.
  let openPGP: [String: String]
  /// The keys of ssh, each with its owners (`ALLOWED SIGNERS` in ssh-keygen(1)).
  let allowedSigners: String?

  /// Reads a Secret: every key that ends with `.asc`, and `allowed_signers`.
  /// - Throws: `notVerified` where it has neither.
  package init(_ values: [String: Redacted<String>]) throws(SourceError) {
    openPGP = values.filter { $0.key.hasSuffix(".asc") }.mapValues { $0.reveal() }
    allowedSigners = values["allowed_signers"]?.reveal()
    guard !openPGP.isEmpty || allowedSigners != nil else {
      throw SourceError(
        .notVerified,
        "the Secret of spec.migrations.git.verify.secretRef has neither 'allowed_signers' nor a key that ends with '.asc'; "
          + "put the public keys of those who may sign into it")
    }
  }

  /// The names of the files that hold OpenPGP keys.
  var keyFiles: [String] { openPGP.keys.sorted().indices.map { "signer-\($0).asc" } }

  /// What is to be written into the private folder.
  var files: [GitAccess.File] {
    zip(keyFiles, openPGP.sorted { $0.key < $1.key }).map { GitAccess.File(name: $0, text: Redacted($1.value)) }
      + [GitAccess.File(name: "allowed_signers", text: Redacted((allowedSigners ?? "") + "\n"))]
  }

  /// git's configuration for verifying.
  static func settings(in folder: String) -> [(String, String)] {
    // Certificates of X.509 are not among the keys that a Secret can hold: their program is one that refuses.
    [("gpg.ssh.allowedSignersFile", "\(folder)/allowed_signers"), ("gpg.x509.program", "false")]
  }
}
