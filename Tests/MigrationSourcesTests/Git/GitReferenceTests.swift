@testable import MigrationSources
import Testing

@Suite("GitReference")
struct GitReferenceTests {
  private static let one = String(repeating: "1", count: 40)

  @Test("nothing given is the remote's HEAD, and one member is itself")
  func good() throws {
    #expect(try GitReference() == .remoteHead)
    #expect(try GitReference(branch: "feature/a.b-c_d") == .branch("feature/a.b-c_d"))
    #expect(try GitReference(tag: "v1.0.0").patterns == ["refs/tags/v1.0.0", "refs/tags/v1.0.0^{}"])
    #expect(try GitReference(commit: Self.one).patterns.isEmpty)
    #expect(
      try GitReference(commit: Self.one + String(repeating: "a", count: 24))
        == .commit(Self.one + String(repeating: "a", count: 24)))
    #expect(try GitReference(semver: "^1").isTag)
  }

  @Test(
    "a name that git would not take, or takes for something else, is refused",
    arguments: [
      "", "-x", "--upload-pack=x", "a b", "a\nb", "a\u{0}", "a..b", "a~1", "a^{}", "a:b", "a?", "a*", "a[b", "a\\b",
      "/a",
      "a/", "a//b", ".a", "a/.b", "a.lock", "a/b.lock/c", "a.", "@", "a@{1}", String(repeating: "a", count: 256),
    ])
  func badNames(name: String) {
    #expect(throws: SourceError.self) { try GitReference(branch: name) }
    #expect(throws: SourceError.self) { try GitReference(tag: name) }
  }

  @Test(
    "a commit has its whole name, in lower case",
    arguments: [
      "", "abc", "HEAD", String(repeating: "1", count: 39), String(repeating: "1", count: 41),
      String(repeating: "A", count: 40),
      String(repeating: "g", count: 40), "-" + String(repeating: "1", count: 39),
    ])
  func badCommits(name: String) {
    #expect(throws: SourceError.self) { try GitReference(commit: name) }
  }

  @Test("two members are one too many")
  func several() {
    #expect(throws: SourceError.self) { try GitReference(branch: "a", tag: "b") }
    #expect(throws: SourceError.self) { try GitReference(semver: "1.x", commit: Self.one) }
  }

  private static let references: RemoteReferences = {
    let output = """
      ref: refs/heads/trunk\tHEAD
      \(name("a"))\tHEAD
      \(name("a"))\trefs/heads/trunk
      \(name("b"))\trefs/heads/feature/x
      \(name("9"))\trefs/other/refs/heads/feature/x
      \(name("c"))\trefs/tags/v1.0.0
      \(name("d"))\trefs/tags/v1.0.0^{}
      \(name("e"))\trefs/tags/1.2.0
      \(name("f"))\trefs/tags/v1.10.0-rc.1
      \(name("1"))\trefs/tags/nightly
      \(name("2"))\trefs/tags/v2.0.0
      \(name("3"))\trefs/tags/2.0.0

      """
    return RemoteReferences(output: Array(output.utf8)) ?? RemoteReferences()
  }()

  private static func name(_ digit: String) -> String { String(repeating: digit, count: 40) }

  @Test(
    "the commit is chosen from what the remote lists",
    arguments: [
      (try? GitReference(), "trunk", "a", nil), (try? GitReference(branch: "feature/x"), "feature/x", "b", nil),
      (try? GitReference(tag: "v1.0.0"), "v1.0.0", "d", "c"), (try? GitReference(tag: "nightly"), "nightly", "1", nil),
      (try? GitReference(semver: "1.x"), "1.2.0", "e", nil), (try? GitReference(semver: "~1.0"), "v1.0.0", "d", "c"),
      (try? GitReference(semver: ">=1.2.0-0 <2"), "v1.10.0-rc.1", "f", nil),
      // One version under two names: always the same of both.
      (try? GitReference(semver: "2"), "v2.0.0", "2", nil),
    ] as [(GitReference?, String, String, String?)])
  func choice(reference: GitReference?, name: String, commit: String, tag: String?) throws {
    let reference = try #require(reference)
    let choice = try #require(Self.references.choice(of: reference))
    #expect(choice.name == name)
    #expect(choice.commit.description == Self.name(commit))
    #expect(choice.tag?.description == tag.map(Self.name))
  }

  @Test("what the remote does not have is not chosen")
  func missing() throws {
    #expect(Self.references.choice(of: try GitReference(branch: "x")) == nil)
    #expect(Self.references.choice(of: try GitReference(tag: "v3")) == nil)
    #expect(Self.references.choice(of: try GitReference(semver: ">=3")) == nil)
    #expect(RemoteReferences().choice(of: .remoteHead) == nil)
  }

  @Test("lines of another form are not guessed at", arguments: ["x", "abc\tHEAD", "\(name("a")) HEAD", "\tHEAD"])
  func badLines(line: String) {
    #expect(RemoteReferences(output: Array(line.utf8)) == nil)
  }

  @Test("a revision has path, name, kind and commit, and tells which commit a tag had before")
  func revision() throws {
    let commit = try #require(GitObjectName(Self.name("b")))
    let revision = GitRevision(path: "infra/db", name: "main", commit: commit)
    #expect(revision.description == "git/infra/db/main@sha1:\(Self.name("b"))")
    #expect(GitRevision(path: "", name: nil, commit: commit).description == "git@sha1:\(Self.name("b"))")
    #expect(revision.replaced(in: "git/infra/db/main@sha1:\(Self.name("a"))") == Self.name("a"))
    #expect(revision.replaced(in: revision.description) == nil)
    #expect(revision.replaced(in: "git/infra/db/other@sha1:\(Self.name("a"))") == nil)
    #expect(revision.replaced(in: "configmap/a@sha256:0123") == nil)
    #expect(revision.replaced(in: nil) == nil)
    let long = GitRevision(
      path: String(repeating: "ä", count: 1024), name: String(repeating: "n", count: 255), commit: commit)
    #expect(long.description.unicodeScalars.count <= 1024)
  }

  @Test(
    "a path leads nowhere but below the root of the repository",
    arguments: [("", ""), ("a/b", "a/b"), ("./a//b/", "a/b"), (".", ""), ("a b", "a b")])
  func paths(path: String, normal: String) throws {
    #expect(try GitRequest(url: GitURL("https://h/r"), reference: .remoteHead, path: path).path == normal)
  }

  @Test(
    "a path that leads out, or holds a control character, is refused",
    arguments: ["/a", "..", "a/../b", "a\nb", "a\u{0}"])
  func badPaths(path: String) throws {
    let url = try GitURL("https://h/r")
    #expect(throws: SourceError.self) { try GitRequest(url: url, reference: .remoteHead, path: path) }
  }

  @Test("the signature of a tag is asked for only where there is a tag")
  func verification() throws {
    let url = try GitURL("https://h/r")
    #expect(throws: SourceError.self) { try GitRequest(url: url, reference: .branch("a"), verification: .tag) }
    #expect(throws: SourceError.self) { try GitRequest(url: url, reference: .remoteHead, verification: .tagAndHead) }
    _ = try GitRequest(url: url, reference: .tag("a"), verification: .tag)
    _ = try GitRequest(url: url, reference: .branch("a"), verification: .head)
  }
}
