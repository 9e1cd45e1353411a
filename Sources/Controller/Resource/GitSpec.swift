/// A path inside a Git repository.
package struct GitSpec: Codable, Sendable, Equatable {
  /// `https://` or `ssh://`.
  package var url: String
  package var ref: ReferenceSpec?
  package var path: String?
  /// How often the repository is looked at; the resource's own interval if absent.
  package var interval: String?
  /// Credentials; required for ssh.
  package var secretRef: SecretReference?
  package var verify: VerificationSpec?

  /// Which commit; at most one member is set.
  package struct ReferenceSpec: Codable, Sendable, Equatable {
    package var branch: String?
    package var tag: String?
    package var semver: String?
    package var commit: String?
  }

  /// A Secret of the resource's own namespace.
  package struct SecretReference: Codable, Sendable, Equatable {
    package var name: String
  }

  /// Whose signature is needed: `HEAD`, `Tag` or `TagAndHEAD`; the Secret holds public keys.
  package struct VerificationSpec: Codable, Sendable, Equatable {
    package var mode: String?
    package var secretRef: SecretReference
  }

  /// Makes a source; everything else keeps its default.
  package init(url: String) {
    self.url = url
  }

  /// The names of the Secrets that it refers to.
  package var secretNames: [String] { [secretRef?.name, verify?.secretRef.name].compactMap(\.self) }
}
