internal import Glibc
package import Kubernetes
internal import MigrationCore
internal import Support

/// Migrations in Git repositories, read through the program `git` and a cache that all resources share.
package final class GitSource: Sendable {
  private let cache: GitCache
  private let limits: GitLimits
  private let sourceLimits: SourceLimits
  private let time: TimeSource

  /// Makes a source; nothing happens before the first snapshot.
  ///
  /// - Parameter cache: the folder of the cache; nil for a private one below `TMPDIR`.
  package init(
    cache: String?, limits: GitLimits = GitLimits(), sourceLimits: SourceLimits = SourceLimits(),
    time: TimeSource = .system
  ) {
    self.cache = GitCache(directory: cache, limits: limits)
    self.limits = limits
    self.sourceLimits = sourceLimits
    self.time = time
  }

  /// Gives up the cache, and removes it if it is a private one.
  package func close() async { await cache.close() }

  /// Takes a snapshot of the scripts at a path of a commit.
  ///
  /// The remote is asked once for its references, unless a commit is named; nothing is fetched if the cache has what is
  /// needed. Cancelling the task ends git with all that it has started.
  /// - Parameters:
  ///   - keys: what signatures are verified with, if the request asks for that.
  ///   - suffixes: how the names of scripts end.
  ///   - earlier: the revision that was read before: a tag that has moved since is warned of.
  /// - Throws: `notFound`, `unavailable`, `authenticationFailed`, `invalid`, `tooLarge`, `notVerified`.
  package func snapshot(
    of request: GitRequest, with credentials: GitCredentials, keys: GitKeys? = nil,
    reading suffixes: [String] = [".sql"],
    after earlier: String? = nil
  ) async throws(SourceError) -> SourceSnapshot {
    let access = GitAccess(url: request.url, credentials: credentials)
    let (choice, files) = try await PrivateFolder.with({ access.files(in: $0) + (keys?.files ?? []) }) {
      folder async throws(SourceError) in
      let look = GitLook(
        request: request, keys: keys, limits: limits, sourceLimits: sourceLimits, cache: cache,
        environment: GitEnvironment(folder: folder.path, access: access, process: Self.environment),
        process: GitProcess(folder: folder.path, time: time))
      let choice = try await look.choose()
      let files = try await cache.with(request.url, credentials, choice.commit.format) {
        entry async throws(SourceError) in
        try await look.files(of: choice, in: entry, suffixes)
      }
      return (choice, files)
    }
    let revision = GitRevision(path: request.path, name: choice.name, commit: choice.commit)
    var warnings: [String] = []
    if case .tag(let name) = request.reference, let before = revision.replaced(in: earlier) {
      warnings.append("tag '\(name)' has moved from commit \(before) to \(choice.commit)")
    }
    return SourceSnapshot(revision: revision.description, files: files, warnings: warnings)
  }

  private static var environment: [String: String] {
    let names = ["PATH", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"]
    return names.reduce(into: [:]) { $0[$1] = getenv($1).map { String(cString: $0) } }
  }
}
