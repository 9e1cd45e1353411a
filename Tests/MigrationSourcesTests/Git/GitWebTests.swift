import FoundationEssentials
import Glibc
import MigrationCore
import MigrationSources
import Support
import TestSupport
import Testing

@Suite(
  "A repository on a web server",
  .enabled(if: GitWebServer.unavailableReason == nil, Comment(rawValue: GitWebServer.unavailableReason ?? "")))
struct GitWebTests {
  /// Reads the path `db` of a repository, as a resource would.
  struct Reader {
    let server: GitWebServer
    let source: GitSource

    func snapshot(
      _ repository: String, below part: String = "public", _ reference: GitReference = .remoteHead, path: String = "db",
      with secret: [String: String] = [:], authority: String? = nil, after earlier: String? = nil
    ) async throws -> SourceSnapshot {
      let url = try GitURL(server.url(repository, below: part))
      var values = secret.mapValues { Redacted($0) }
      values["ca.crt"] = Redacted(authority ?? server.authority)
      return try await source.snapshot(
        of: GitRequest(url: url, reference: reference, path: path), with: GitCredentials(values, for: url),
        after: earlier)
    }

    func error(_ body: (Reader) async throws -> SourceSnapshot) async -> SourceError? {
      do {
        _ = try await body(self)
        return nil
      } catch { return error as? SourceError }
    }
  }

  static func with(_ limits: GitLimits = GitLimits(), _ body: (Reader) async throws -> Void) async throws {
    try await GitWebServer.run { server in
      let source = GitSource(cache: nil, limits: limits)
      do {
        try await body(Reader(server: server, source: source))
      } catch {
        await source.close()
        throw error
      }
      await source.close()
    }
  }

  private static func texts(_ snapshot: SourceSnapshot) -> [String: String] {
    Dictionary(uniqueKeysWithValues: snapshot.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
  }

  @Test(
    "is read, and read again with one request for the list and nothing else while it does not change",
    arguments: [true, false])
  func read(allowsFilter: Bool) async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app", allowsFilter: allowsFilter)
      try repository.link("db/V3__c.sql", to: "sub/V2__b.sql")
      let commit = try await repository.push([
        "db/V1__a.sql": "SELECT 1;", "db/sub/V2__b.sql": "SELECT 2;", "db/README.md": "x",
        "other/V9__z.sql": "SELECT 9;",
      ])
      let first = try await reader.snapshot("app")
      #expect(first.revision == "git/db/main@sha1:\(commit)")
      #expect(
        Self.texts(first) == [
          "V1__a.sql": "SELECT 1;", "sub/V2__b.sql": "SELECT 2;", "V3__c.sql": "SELECT 2;", "README.md": "",
        ])
      let before = reader.server.requests().count
      let second = try await reader.snapshot("app")
      #expect(second.digest == first.digest)
      // The capabilities of protocol 2, and the list itself: one `git ls-remote`.
      let requests = reader.server.requests().dropFirst(before)
      #expect(
        requests.map { $0 } == [
          "GET /public/app.git/info/refs?service=git-upload-pack 200", "POST /public/app.git/git-upload-pack 200",
        ])
      let next = try await repository.push(["db/V4__d.sql": "SELECT 4;"])
      let third = try await reader.snapshot("app")
      #expect(third.revision == "git/db/main@sha1:\(next)" && Self.texts(third)["V4__d.sql"] == "SELECT 4;")
    }
  }

  @Test("has its objects named by SHA-256 as well")
  func sha256() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app", format: "sha256")
      let commit = try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      #expect(commit.count == 64)
      #expect(try await reader.snapshot("app").revision == "git/db/main@sha256:\(commit)")
    }
  }

  @Test("a commit that is named and cached costs no request; other credentials do not share what was fetched")
  func pinned() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      let old = try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      try await repository.push(["db/V1__a.sql": "SELECT 2;"])
      let basic = ["username": GitWebServer.user, "password": "one"]
      let first = try await reader.snapshot("app", below: "basic", .commit(old), with: basic)
      #expect(first.revision == "git/db@sha1:\(old)" && Self.texts(first) == ["V1__a.sql": "SELECT 1;"])
      let before = reader.server.requests().count
      #expect(try await reader.snapshot("app", below: "basic", .commit(old), with: basic).digest == first.digest)
      #expect(reader.server.requests().count == before)
      let stranger = await reader.error {
        try await $0.snapshot(
          "app", below: "basic", .commit(old), with: ["username": GitWebServer.user, "password": "wrong"])
      }
      #expect(stranger?.code == .authenticationFailed)
      #expect(
        await reader.error { try await $0.snapshot("app", below: "basic", .commit(old)) }?.code == .authenticationFailed
      )
    }
  }

  @Test("branches, tags and ranges lead to their commits; a tag that moves is taken, and warned of")
  func references() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      let one = try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      try await repository.tag("v1.0.0", ["-a", "-m", "one"])
      let two = try await repository.push(["db/V2__b.sql": "SELECT 2;"], branch: "feature/x")
      try await repository.tag("v1.1.0")
      try await repository.tag("v2.0.0-rc.1")
      let range = try GitReference(semver: "^1")
      #expect(try await reader.snapshot("app", .branch("feature/x")).revision == "git/db/feature/x@sha1:\(two)")
      let tagged = try await reader.snapshot("app", .tag("v1.0.0"))
      #expect(tagged.revision == "git/db/v1.0.0@sha1:\(one)")
      #expect(try await reader.snapshot("app", range).revision == "git/db/v1.1.0@sha1:\(two)")
      try await repository.tag("v1.0.0", ["-a", "-m", "moved"])
      let moved = try await reader.snapshot("app", .tag("v1.0.0"), after: tagged.revision)
      #expect(moved.revision == "git/db/v1.0.0@sha1:\(two)")
      #expect(moved.warnings == ["tag 'v1.0.0' has moved from commit \(one) to \(two)"])
      #expect(try await reader.snapshot("app", .tag("v1.0.0"), after: moved.revision).warnings.isEmpty)
    }
  }

  @Test("a branch that is pushed anew by force is followed")
  func forced() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      _ = try await reader.snapshot("app")
      let other = try await repository.push(["db/V1__a.sql": "SELECT 2;"], ["--amend"])
      #expect(try await reader.snapshot("app").revision == "git/db/main@sha1:\(other)")
    }
  }

  @Test("the credentials of a Secret are what counts: user and password, or a token")
  func credentials() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      let basic = ["username": GitWebServer.user, "password": "one"]
      _ = try await reader.snapshot("app", below: "basic", with: basic)
      _ = try await reader.snapshot("app", below: "bearer", with: ["bearerToken": GitWebServer.token])
      try await reader.server.setPassword("two")
      for (part, secret) in [
        ("basic", basic), ("basic", [:]), ("bearer", [:]), ("bearer", ["bearerToken": "wr0ng-token"]),
      ] {
        let error = await reader.error { try await $0.snapshot("app", below: part, with: secret) }
        #expect(error?.code == .authenticationFailed && error?.isTransient == false, "\(error?.message ?? "")")
        #expect(error?.message.contains("correct the Secret") == true)
        #expect(error?.message.contains("wr0ng-token") == false)
      }
      _ = try await reader.snapshot("app", below: "basic", with: ["username": GitWebServer.user, "password": "two"])
    }
  }

  @Test("every thing that can be wrong is named, with what to do next")
  func failures() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      let commit = try await repository.push(["db/V1__a.sql": "SELECT 1;", "file": "x"])
      _ = try await reader.server.makeRepository("empty")
      let none = String(repeating: "1", count: 40)
      typealias Case = (SourceError.Code, String, (Reader) async throws -> SourceSnapshot)
      let cases: [Case] = [
        (.notFound, "'https://127.0.0.1", { try await $0.snapshot("absent") }),
        (.notFound, "is the repository empty?", { try await $0.snapshot("empty") }),
        (.notFound, "branch 'x' does not exist", { try await $0.snapshot("app", .branch("x")) }),
        (.notFound, "tag 'v9' does not exist", { try await $0.snapshot("app", .tag("v9")) }),
        (
          .notFound, "a tag within '^9' does not exist",
          { try await $0.snapshot("app", try GitReference(semver: "^9")) }
        ),
        (.notFound, "does not have it", { try await $0.snapshot("app", .commit(none)) }),
        (.notFound, "no folder 'infra' in commit \(commit)", { try await $0.snapshot("app", path: "infra") }),
        (.notFound, "no folder 'file'", { try await $0.snapshot("app", path: "file") }),
        (.notFound, "no folder 'db/V1__a.sql'", { try await $0.snapshot("app", path: "db/V1__a.sql") }),
        (.invalid, "redirects are not followed", { try await $0.snapshot("app", below: "moved") }),
        (.unavailable, "tried again", { try await $0.snapshot("app", below: "broken") }),
        (.authenticationFailed, "certificate", { try await $0.snapshot("app", authority: $0.server.strangeAuthority) }),
      ]
      for (code, words, body) in cases {
        let error = await reader.error(body)
        #expect(error?.code == code, "\(words): \(error?.message ?? "nothing")")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "nothing")")
      }
      #expect(await reader.error { try await $0.snapshot("app") } == nil, "it still works after all that")
    }
  }

  @Test("what a tree must not hold is refused by name")
  func trees() async throws {
    try await Self.with { reader in
      let repository = try await reader.server.makeRepository("app")
      try repository.link("out/V1__a.sql", to: "../db/V1__a.sql")
      try repository.link("absolute/V1__a.sql", to: "/etc/passwd")
      let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
      let commit = try await repository.push(["db/V1__a.sql": "SELECT 1;", "lfs/V1__a.sql": pointer])
      try await repository.git(["update-index", "--add", "--cacheinfo", "160000,\(commit),module/inner"])
      try await repository.git(["commit", "--quiet", "-m", "module"])
      try await repository.git(["push", "--quiet", repository.path, "HEAD:refs/heads/main"])
      for (path, words) in [
        ("out", "'V1__a.sql' is a symbolic link that leads out"),
        ("absolute", "'V1__a.sql' is a symbolic link that leads out"),
        ("lfs", "'V1__a.sql' is a pointer of Git LFS"), ("module", "'inner' is a submodule"),
      ] {
        let error = await reader.error { try await $0.snapshot("app", path: path) }
        #expect(error?.code == .invalid && error?.message.contains(words) == true, "\(error?.message ?? "nothing")")
      }
      #expect(try await reader.snapshot("app").files.count == 1, "the rest of the repository does not matter")
    }
  }

  @Test(
    "a fetch brings no more than it may, and what is outside of the path does not count where the server filters",
    arguments: [true, false])
  func size(allowsFilter: Bool) async throws {
    var limits = GitLimits()
    limits.fetchBytes = 200_000
    try await Self.with(limits) { reader in
      let repository = try await reader.server.makeRepository("app", allowsFilter: allowsFilter)
      // Random text, which packing makes hardly smaller.
      let large = { (0..<60_000).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined() }
      try await repository.push(["db/V1__a.sql": "SELECT 1;", "other/large.txt": large()])
      let error = await reader.error { try await $0.snapshot("app") }
      #expect(allowsFilter ? error == nil : error?.code == .tooLarge, "\(error?.message ?? "nothing")")
      try await repository.push(["db/V2__b.sql": "-- \(large())"])
      let inside = await reader.error { try await $0.snapshot("app") }
      #expect(inside?.code == .tooLarge, "\(inside?.message ?? "nothing")")
      try await repository.git(["rm", "-r", "--quiet", "db/V2__b.sql", "other"])
      try await repository.push(["db/V3__c.sql": "SELECT 3;"])
      #expect(try await reader.snapshot("app").files.count == 2, "it is read again once it fits")
    }
  }

  @Test("leaves a cache that is too small, and is fetched anew")
  func evicted() async throws {
    try await GitWebServer.run { server in
      let cache = try TemporaryDirectory()
      var limits = GitLimits()
      limits.cacheBytes = 1
      let reader = Reader(server: server, source: GitSource(cache: cache.path, limits: limits))
      let repository = try await server.makeRepository("app")
      try await repository.push(["db/V1__a.sql": "SELECT 1;"])
      let first = try await reader.snapshot("app")
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).sorted() == ["key", "lock"])
      #expect(try await reader.snapshot("app").digest == first.digest)
      await reader.source.close()
    }
  }

  @Test("a server that answers nothing is left after a time, with all that git has started")
  func silent() async throws {
    let port = SilentPort()
    var limits = GitLimits()
    limits.listingTime = .milliseconds(300)
    let source = GitSource(cache: nil, limits: limits)
    let request = try GitRequest(url: GitURL("https://127.0.0.1:\(port.number)/app.git"), reference: .remoteHead)
    let error = await #expect(throws: SourceError.self) { try await source.snapshot(of: request, with: .anonymous) }
    #expect(error?.code == .unavailable && error?.message.contains("took longer than") == true)
    // Killed processes are there until somebody has asked how they ended.
    _ = try await eventually("they end") { Self.processes(naming: ":\(port.number)/").isEmpty ? true : nil }
    await source.close()
  }

  @Test("a look that is cancelled ends git with all that it has started")
  func cancelled() async throws {
    let port = SilentPort()
    let source = GitSource(cache: nil)
    let request = try GitRequest(url: GitURL("https://127.0.0.1:\(port.number)/app.git"), reference: .remoteHead)
    let look = Task { try await source.snapshot(of: request, with: .anonymous) }
    // git, and the helper that speaks https.
    _ = try await eventually("git waits for the server") {
      Self.processes(naming: ":\(port.number)/").count >= 2 ? true : nil
    }
    look.cancel()
    await #expect(throws: SourceError.self) { try await look.value }
    // git has ended; its helper got the same signal, and may take a moment longer.
    _ = try await eventually("the helper has ended", timeout: .seconds(10)) {
      Self.processes(naming: ":\(port.number)/").isEmpty ? true : nil
    }
    await source.close()
  }

  /// The command lines of all processes that hold a text.
  private static func processes(naming text: String) -> [String] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.filter { Int($0) != nil } ?? []
    return numbers.compactMap { number in
      guard let file = fopen("/proc/\(number)/cmdline", "r") else { return nil }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = fread(&bytes, 1, bytes.count, file)
      let line = String(decoding: bytes[..<count], as: UTF8.self)
      return line.contains(text) ? line : nil
    }
  }

  @Test("a server that is not there is unavailable")
  func refused() async throws {
    let source = GitSource(cache: nil)
    let request = try GitRequest(url: GitURL("https://127.0.0.1:1/app.git"), reference: .remoteHead)
    let error = await #expect(throws: SourceError.self) { try await source.snapshot(of: request, with: .anonymous) }
    #expect(error?.code == .unavailable && error?.isTransient == true, "\(error?.message ?? "")")
    await source.close()
  }
}
