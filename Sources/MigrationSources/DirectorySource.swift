internal import MigrationCore
internal import Support

/// Migrations in a directory below a fixed root: a mounted volume, or what git-sync puts there.
package struct DirectorySource: Sendable {
  package let root: String
  package let limits: SourceLimits

  /// Reads below `root`, and never outside it, whatever symbolic links say.
  package init(root: String, limits: SourceLimits = SourceLimits()) {
    self.root = root
    self.limits = limits
  }

  /// Takes a snapshot of the directory at `path` below the root: files with one of the suffixes, their `.conf` files, and
  /// what Flyway would run as a program.
  ///
  /// Directories whose name starts with a dot are skipped, as Flyway does (so a mounted ConfigMap's `..data` is not
  /// read twice); symbolic links are followed as long as they stay below the root. What is mounted may be exchanged
  /// while it is read (kubelet and git-sync turn a link around): then `unavailable` is thrown, never a mixture
  /// returned. The files are read on a thread of their own.
  /// - Throws: `notFound`, `unavailable`, `invalid` for a path outside the root, `tooLarge`.
  package func snapshot(path: String, reading suffixes: [String] = [".sql"]) async throws(SourceError) -> SourceSnapshot
  {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard !path.hasPrefix("/"), !path.utf8.contains(0), !parts.contains("..") else {
      throw SourceError(
        .invalid, "directory '\(path)' must stay below the migrations root; name a path below it, without '..'")
    }
    let (root, limits) = (root, limits)
    let files = try await BlockingWork.run { () throws(SourceError) in
      var scan = try DirectoryScan(root: root, path: path, suffixes: suffixes, limits: limits)
      try scan.run()
      var second = try DirectoryScan(root: root, path: path, suffixes: suffixes, limits: limits)
      try second.list()
      guard second.identities == scan.identities else {
        throw SourceError(.unavailable, "directory '\(path)' changed while it was read; it is read again")
      }
      return scan.files
    }
    return SourceSnapshot(origin: "directory/\(parts.joined(separator: "/"))", files: files)
  }
}
