internal import Digest
package import MigrationCore

/// An immutable copy of a source: what every later stage works on.
package struct SourceSnapshot: Sendable {
  /// Where it came from and which content, for people: `configmap/betting@sha256:0123456789ab`.
  package let revision: String
  /// `sha256:` and the hexadecimal digest over names and contents.
  package let digest: String
  /// By path, in code-unit order.
  package let files: [ScriptFile]
  /// What is odd about where it came from and stops nothing.
  package let warnings: [String]

  /// Takes a snapshot of files; their order does not matter.
  package init(origin: String, files: [ScriptFile]) {
    self.files = files.sorted { ($0.path, $0.location) < ($1.path, $1.location) }
    digest = "sha256:\(Self.digest(self.files))"
    revision = "\(origin)@\(digest.prefix(19))"
    warnings = []
  }

  /// Takes a snapshot of files whose source names its revisions itself.
  package init(revision: String, files: [ScriptFile], warnings: [String] = []) {
    self.files = files.sorted { ($0.path, $0.location) < ($1.path, $1.location) }
    digest = "sha256:\(Self.digest(self.files))"
    (self.revision, self.warnings) = (revision, warnings)
  }

  // Each name and content is preceded by its length, so that no two sets of files give the same bytes.
  private static func digest(_ files: [ScriptFile]) -> String {
    var hash = SHA256()
    for bytes in files.lazy.flatMap({ [Array($0.path.utf8), $0.bytes] }) {
      withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update($0) }
      hash.update(bytes)
    }
    return hash.finalize().hexadecimal
  }
}
