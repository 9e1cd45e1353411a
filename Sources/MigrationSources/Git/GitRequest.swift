/// What a resource asks of a Git repository.
package struct GitRequest: Sendable, Equatable {
  package let url: GitURL
  package let reference: GitReference
  /// The folder inside the repository, without slashes at its ends; empty for its root.
  package let path: String
  package let verification: GitVerification?

  /// Makes a request.
  /// - Throws: `invalid` for a path that leads out or that no tree can hold, and for the verification of a tag where none
  ///   is asked for.
  package init(
    url: GitURL, reference: GitReference, path: String = "", verification: GitVerification? = nil
  ) throws(SourceError) {
    let parts = path.split(separator: "/").filter { $0 != "." }
    let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    guard !path.hasPrefix("/"), isPlain, !parts.contains("..") else {
      throw SourceError(.invalid, "path: must be relative to the root of the repository, without '..'")
    }
    if verification?.coversTag == true, !reference.isTag {
      throw SourceError(.invalid, "verify.mode: \(verification?.rawValue ?? "") needs ref.tag or ref.semver")
    }
    (self.url, self.reference, self.verification) = (url, reference, verification)
    self.path = parts.joined(separator: "/")
  }
}
