/// What a Flux source has made of its repository or bucket: an archive behind a URL, known by its digest.
package struct Artifact: Sendable, Equatable {
  /// What made it, for people: `GitRepository 'app'`.
  package let label: String
  /// The same for `SourceSnapshot.revision`: `gitrepository/app@main@sha1:0123456789ab`.
  package let origin: String
  /// Where it lies: `http` or `https`.
  package let url: String
  /// `sha256:` and 64 hexadecimal digits, in lower case.
  package let digest: String

  /// Describes an artifact.
  package init(label: String, origin: String, url: String, digest: String) {
    self.label = label
    self.origin = origin
    self.url = url
    self.digest = digest
  }
}
