import Glibc
@testable import MigrationSources
import Support
import Testing

@Suite("The Git cache")
struct GitCacheTests {
  typealias Candidate = GitCacheEviction.Candidate

  @Test(
    "loses the longest unused until the rest fits",
    arguments: [
      (60, []), (59, ["b"]), (40, ["b"]), (39, ["b", "a"]), (9, ["b", "a", "c"]), (0, ["b", "a", "c"]),
    ] as [(Int, [String])])
  func victims(limit: Int, names: [String]) {
    let candidates = [
      Candidate(name: "a", bytes: 10, used: 2), Candidate(name: "b", bytes: 20, used: 1),
      Candidate(name: "c", bytes: 30, used: 3),
    ]
    #expect(GitCacheEviction.victims(of: candidates, limit: limit) == names)
  }

  @Test("lets one at a time use a repository, in the order of asking, and others meanwhile")
  func turns() async throws {
    let turns = GitTurns()
    let inside = Guarded((now: 0, most: 0, count: 0))
    #expect(turns.tryTake("b"))
    #expect(!turns.tryTake("b"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await turns.with("a") { () async throws(SourceError) in
            inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.count + 1) }
            await Task.yield()
            inside.withLock { $0.now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(inside.withLock { $0 } == (0, 1, 50))
    turns.give("b")
    #expect(turns.tryTake("b"))
  }

  @Test("gives the turn of a cancelled task to the next")
  func cancelled() async throws {
    let turns = GitTurns()
    #expect(turns.tryTake("a"))
    let waiting = Task { try await turns.with("a") { () async throws(SourceError) in } }
    waiting.cancel()
    await #expect(throws: SourceError.self) { try await waiting.value }
    turns.give("a")
    try await turns.with("a") { () async throws(SourceError) in }
    #expect(turns.tryTake("a"))
  }

  @Test("files of a look are for this user alone, and gone with it, also when it fails", arguments: [false, true])
  func privateFolder(fails: Bool) async throws {
    let seen = Guarded((path: "", modes: [mode_t]()))
    let files = { @Sendable (_: String) in
      [GitAccess.File(name: "a", text: Redacted("x")), GitAccess.File(name: "b", text: Redacted("y"), isProgram: true)]
    }
    do {
      try await PrivateFolder.with(files) { folder async throws(SourceError) in
        let modes = [folder.path, folder.path + "/a", folder.path + "/b"].map { path in
          var status = stat()
          return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
        }
        seen.withLock { $0 = (folder.path, modes) }
        if fails { throw SourceError(.unavailable, "no") }
      }
    } catch {
      #expect(fails)
    }
    #expect(seen.withLock { $0.modes } == [0o700, 0o600, 0o700])
    #expect(access(seen.withLock { $0.path }, F_OK) != 0)
  }

  @Test("belongs to one process, and tells a second one what to do")
  func exclusive() async throws {
    let folder = try Folder()
    let url = try GitURL("https://h/r")
    let first = GitCache(directory: folder.path + "/cache", limits: GitLimits())
    let second = GitCache(directory: folder.path + "/cache", limits: GitLimits())
    let name = try await first.with(url, .anonymous, .sha1) { entry async throws(SourceError) in entry.name }
    let error = await #expect(throws: SourceError.self) {
      try await second.with(url, .anonymous, .sha1) { _ async throws(SourceError) in }
    }
    #expect(error?.code == .unavailable && error?.message.contains("--git-cache") == true)
    await first.close()
    let again = try await second.with(url, .anonymous, .sha1) { entry async throws(SourceError) in entry.name }
    #expect(again == name, "what was fetched before is found again")
    let other = try GitCredentials(["bearerToken": Redacted("t")], for: url)
    let another = try await second.with(url, other, .sha1) { entry async throws(SourceError) in entry.name }
    #expect(another != name)
  }
}
