internal import Digest
internal import Glibc
internal import Support

/// The folder of fetched repositories: one writer at a time for each, bounded in size, the longest unused leave first.
///
/// A repository belongs to an address and a set of credentials together, so that no resource reads what another's Secret
/// has fetched. Its name is a keyed digest of both: it tells nobody what they were.
final class GitCache: Sendable {
  private struct Opened: Sendable {
    var path: String
    var key: Redacted<[UInt8]>
    var isPrivate: Bool
    /// Held open: the lock that keeps another process out.
    var lock: Int32
  }

  private let directory: String?
  private let limits: GitLimits
  private let opened = Guarded<Opened?>(nil)
  private let turns = GitTurns()

  /// - Parameter directory: nil for a private folder, made when it is first needed and removed by `close`.
  init(directory: String?, limits: GitLimits) {
    self.directory = directory
    self.limits = limits
  }

  /// Removes a private folder; gives up the lock of another.
  func close() async {
    let last = opened.withLock { opened in
      defer { opened = nil }
      return opened
    }
    guard let last else { return }
    await BlockingWork.run {
      // A process that is being started at this moment still has the descriptor until it runs its own program.
      _ = flock(last.lock, LOCK_UN)
      Glibc.close(last.lock)
      if last.isPrivate { FileTree.remove(last.path) }
    }
  }

  /// Runs `body` with the repository of an address and credentials, while nobody else uses it; trims the cache afterwards.
  func with<Value: Sendable>(
    _ url: GitURL, _ credentials: GitCredentials, _ format: GitObjectName.Format,
    _ body: (GitCacheEntry) async throws(SourceError) -> Value
  ) async throws(SourceError) -> Value {
    let root = try await turns.with("") { () async throws(SourceError) in try await open() }
    let name = Self.name(url, credentials, format, root.key)
    let entry = GitCacheEntry(name: name, path: "\(root.path)/\(name)")
    let result: Result<Value, SourceError> = try await turns.with(name) { () async throws(SourceError) in
      try await BlockingWork.run { () throws(SourceError) in try Self.begin(entry) }
      do throws(SourceError) {
        return .success(try await body(entry))
      } catch {
        return .failure(error)
      }
    }
    await trim(root.path)
    return try result.get()
  }

  /// Removes what a fetch that was ended has left; the whole repository if it has too many packs.
  /// - Returns: the greatest size of a left-over.
  func tidy(_ entry: GitCacheEntry) async -> Int {
    await BlockingWork.run { [limits] in
      let names = FileTree.names(entry.packs)
      var greatest = 0
      for name in names where name.hasPrefix("tmp_") || name.hasPrefix(".tmp-") {
        var status = stat()
        if lstat("\(entry.packs)/\(name)", &status) == 0 { greatest = max(greatest, Int(status.st_size)) }
        FileTree.remove("\(entry.packs)/\(name)")
      }
      // Locks of a git that was killed; nobody else writes here.
      for name in ["shallow.lock", "config.lock"] { unlink("\(entry.writer)/\(name)") }
      if names.count(where: { $0.hasSuffix(".pack") }) > limits.packs { Self.clear(entry) }
      return greatest
    }
  }

  /// Removes all of a repository: it is fetched anew.
  func clear(_ entry: GitCacheEntry) async { await BlockingWork.run { Self.clear(entry) } }

  /// Whether a repository has been made.
  func isMade(_ entry: GitCacheEntry) async -> Bool {
    await BlockingWork.run { access("\(entry.reader)/HEAD", F_OK) == 0 && access("\(entry.packs)", F_OK) == 0 }
  }

  // MARK: Opening

  private func open() async throws(SourceError) -> Opened {
    if let known = opened.withLock({ $0 }) { return known }
    let made = try await BlockingWork.run { [directory] () throws(SourceError) in try Self.open(directory) }
    opened.withLock { $0 = made }
    return made
  }

  private static func open(_ directory: String?) throws(SourceError) -> Opened {
    guard let directory else {
      let folder = try PrivateFolder.make()
      return Opened(path: folder.path, key: Redacted(random()), isPrivate: true, lock: -1)
    }
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw failure(directory, "cannot be made") }
    let lock = Glibc.open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw failure(directory, "cannot be written") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      Glibc.close(lock)
      throw SourceError(
        .unavailable,
        "the Git cache '\(directory)' is in use by another process; give each replica a folder of its own with --git-cache"
      )
    }
    do throws(SourceError) {
      return Opened(path: directory, key: Redacted(try key(directory)), isPrivate: false, lock: lock)
    } catch {
      Glibc.close(lock)
      throw error
    }
  }

  private static func key(_ directory: String) throws(SourceError) -> [UInt8] {
    let file = Glibc.open("\(directory)/key", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failure(directory, "cannot be written") }
    defer { Glibc.close(file) }
    var key = [UInt8](repeating: 0, count: 32)
    if read(file, &key, 32) == 32 { return key }
    key = random()
    guard pwrite(file, key, 32, 0) == 32 else { throw failure(directory, "cannot be written") }
    return key
  }

  private static func random() -> [UInt8] { (0..<32).map { _ in UInt8.random(in: .min ... .max) } }

  private static func failure(_ directory: String, _ what: String) -> SourceError {
    SourceError(
      .unavailable,
      "the Git cache '\(directory)' \(what): \(String(cString: strerror(errno))); --git-cache must name a writable folder"
    )
  }

  private static func name(
    _ url: GitURL, _ credentials: GitCredentials, _ format: GitObjectName.Format, _ key: Redacted<[UInt8]>
  ) -> String {
    var code = HMACSHA256(key: key.reveal())
    code.update(Array("\(format.rawValue):\(url.text.utf8.count):\(url.text)".utf8))
    code.update(credentials.canonical.reveal())
    return String(code.finalize().hexadecimal.prefix(40))
  }

  // MARK: Repositories

  private static func begin(_ entry: GitCacheEntry) throws(SourceError) {
    guard mkdir(entry.path, 0o700) == 0 || errno == EEXIST else { throw failure(entry.path, "cannot be made") }
    let mark = Glibc.open(entry.mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard mark >= 0 else { throw failure(entry.path, "cannot be written") }
    futimens(mark, nil)
    Glibc.close(mark)
  }

  private static func clear(_ entry: GitCacheEntry) {
    for path in [entry.reader, entry.writer] { FileTree.remove(path) }
  }

  private func trim(_ root: String) async {
    let names = await BlockingWork.run { [limits] in
      let candidates = FileTree.names(root).filter { $0.utf8.count == 40 }.map { name in
        var status = stat()
        let isMarked = lstat("\(root)/\(name)/used", &status) == 0
        let used = isMarked ? status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1_000_000 : 0
        return GitCacheEviction.Candidate(name: name, bytes: FileTree.size("\(root)/\(name)"), used: used)
      }
      return GitCacheEviction.victims(of: candidates, limit: limits.cacheBytes)
    }
    // One that is in use stays; its own end trims again.
    for name in names where turns.tryTake(name) {
      await BlockingWork.run { FileTree.remove("\(root)/\(name)") }
      turns.give(name)
    }
  }
}
