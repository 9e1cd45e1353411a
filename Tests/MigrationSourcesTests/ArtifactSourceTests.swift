import FoundationEssentials
import HTTP
import MigrationCore
@testable import MigrationSources
import Subprocess
import TestSupport
import Testing

@Suite("Migrations in an artifact")
struct ArtifactSourceTests {
  private static func artifact(
    _ url: String, _ bytes: [UInt8], origin: String = "gitrepository/app@main@sha1:1"
  ) -> Artifact {
    let digest = ContentDigest.sha256(bytes)
    return Artifact(label: "GitRepository 'app'", origin: origin, url: url, digest: "sha256:\(digest)")
  }

  private static func with(
    archive: ArchiveLimits = ArchiveLimits(), _ body: (ArtifactSource) async throws -> Void
  ) async throws {
    let http = HTTPClient()
    do {
      try await body(ArtifactSource(http: http, archive: archive))
    } catch {
      await http.close()
      throw error
    }
    await http.close()
  }

  private static func run(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
    let result = try await Subprocess.run(
      .name(program), arguments: Arguments(arguments), output: .bytes(limit: 64 << 20), error: .string(limit: 1 << 16))
    try #require(result.terminationStatus.isSuccess, "\(program): \(result.standardError)")
    return result.standardOutput
  }

  private static func gzip(_ tar: [UInt8]) async throws -> [UInt8] {
    try await Subprocess.run(
      .name("gzip"), arguments: ["-n"], input: .array(tar), output: .bytes(limit: 64 << 20), error: .discarded
    ).standardOutput
  }

  private static let small: [UInt8] = {
    var tar = TarWriter()
    tar.file("infra/V1__a.sql", "CREATE TABLE a (id int);\n")
    tar.file("README.md", "text")
    tar.end()
    return tar.bytes
  }()

  /// A folder with migrations, one of them with a name too long for a plain header.
  private static func folder() throws -> (TemporaryDirectory, [String: String]) {
    let directory = try TemporaryDirectory()
    let long = String(repeating: "deep/", count: 22) + "V3__" + String(repeating: "x", count: 110) + ".sql"
    let files = [
      "V1__one.sql": "CREATE TABLE one (id int);\n", "sub/V2__zwöi.sql": "-- grüezi\n", long: "SELECT 3;\n",
      "V1__one.sql.conf": "executeInTransaction=false\n",
    ]
    for (path, text) in files {
      try directory.write(text, to: path)
    }
    return (directory, files)
  }

  @Test(
    "is read as programs pack it: GNU tar in all its formats, Python's tarfile, git archive",
    arguments: ["gnu", "pax", "ustar-short", "oldgnu", "python", "git"])
  func packers(format: String) async throws {
    let (directory, all) = try Self.folder()
    var files = all
    let path = directory.path
    var tar: [UInt8]
    switch format {
    case "python":
      let script =
        "import sys,tarfile; t=tarfile.open(fileobj=sys.stdout.buffer,mode='w|gz'); t.add(sys.argv[1],'.'); t.close()"
      tar = try await Self.run("python3", ["-c", script, path])
    case "git":
      let git = ["-C", path, "-c", "user.name=t", "-c", "user.email=t@t"]
      _ = try await Self.run("git", git + ["init", "-q"])
      _ = try await Self.run("git", git + ["add", "."])
      _ = try await Self.run("git", git + ["commit", "-q", "-m", "m"])
      tar = try await Self.run("git", git + ["archive", "--format=tar.gz", "HEAD"])
    case "ustar-short":
      // The old format has no room for the long name.
      files = files.filter { $0.key.utf8.count < 100 }
      tar = try await Self.run(
        "tar", ["-C", path, "--format=ustar", "-cz", "V1__one.sql", "V1__one.sql.conf", "sub"])
    default: tar = try await Self.run("tar", ["-C", path, "--format=\(format)", "-cz", "."])
    }
    let found = try GzippedTar.files(tar, below: "", reading: [".sql"])
    #expect(
      Dictionary(uniqueKeysWithValues: found.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }) == files)
  }

  @Test("is downloaded from a real file server once, and again only when it is another", .timeLimit(.minutes(5)))
  func server() async throws {
    let directory = try TemporaryDirectory()
    let one = try await Self.gzip(Self.small)
    var other = TarWriter()
    other.file("infra/V2__b.sql", "SELECT 2;")
    other.end()
    let two = try await Self.gzip(other.bytes)
    try Data(one).write(to: URL(filePath: "\(directory.path)/one.tar.gz"))
    try Data(two).write(to: URL(filePath: "\(directory.path)/two.tar.gz"))
    let arguments = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", directory.path]
    _ = try await RunningProcess.run("python3", arguments) { server in
      try await server.waitForOutput("Serving HTTP on ")
      let port = try #require(server.output.firstMatch(of: /port (\d+)/)).1
      try await Self.with { source in
        for _ in 0..<3 {
          let snapshot = try await source.snapshot(
            of: Self.artifact("http://127.0.0.1:\(port)/one.tar.gz", one), path: "./infra")
          #expect(snapshot.files.map(\.path) == ["V1__a.sql"])
          #expect(snapshot.revision.hasPrefix("gitrepository/app@main@sha1:1@sha256:"))
        }
        let snapshot = try await source.snapshot(
          of: Self.artifact("http://127.0.0.1:\(port)/two.tar.gz", two), path: "infra")
        #expect(snapshot.files.map(\.path) == ["V2__b.sql"])
        let gone = await #expect(throws: SourceError.self) {
          try await source.snapshot(of: Self.artifact("http://127.0.0.1:\(port)/three.tar.gz", one + two), path: "")
        }
        #expect(gone?.code == .unavailable && gone?.message.contains("answers 404: that it is gone") == true)
      }
      try await server.waitForOutput("three.tar.gz")
      #expect(server.output.matches(of: /GET \/one/).count == 1)
    }
  }

  @Test("whose bytes are not those of its digest is not unpacked, and asked for again")
  func digest() async throws {
    let bytes = try await Self.gzip(Self.small)
    let server = try HTTPServer { _, exchange in exchange.respond(status: 200, body: bytes + [0]) }
    try await Self.with { source in
      for _ in 0..<2 {
        let error = await #expect(throws: SourceError.self) {
          try await source.snapshot(of: Self.artifact(server.url + "/a.tar.gz", bytes), path: "infra")
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("is not what its digest sha256:") == true)
      }
    }
    #expect(server.requests.count == 2)
  }

  @Test(
    "behind a redirect, an error or a lost connection is unavailable, and nothing else is asked",
    arguments: [(302, "a redirect, which is not followed"), (404, "that it is gone"), (500, "something else"), (0, "")])
  func refused(status: Int, text: String) async throws {
    let server = try HTTPServer { request, exchange in
      if status == 0 { return exchange.tear() }
      exchange.respond(status: status, headers: [("Location", "/other")], body: Array("body".utf8))
    }
    try await Self.with { source in
      let error = await #expect(throws: SourceError.self) {
        try await source.snapshot(of: Self.artifact(server.url + "/a.tar.gz", []), path: "")
      }
      #expect(error?.code == .unavailable && error?.message.contains(text) == true)
      #expect(error?.message.hasPrefix("GitRepository 'app': ") == true)
    }
    #expect(server.requests.map(\.path) == ["/a.tar.gz"])
  }

  @Test("is bounded as it comes and as it is unpacked: larger ones and bombs need a person")
  func bounds() async throws {
    var limits = ArchiveLimits()
    limits.compressedBytes = 100_000
    limits.expandedBytes = 1 << 20
    let bomb = try await Self.gzip(Self.small + [UInt8](repeating: 0, count: 2 << 20))
    let large = [UInt8](repeating: 1, count: 100_001)
    let server = try HTTPServer { request, exchange in
      exchange.respond(status: 200, body: request.path == "/bomb" ? bomb : large)
    }
    try await Self.with(archive: limits) { source in
      let tooMuch = await #expect(throws: SourceError.self) {
        try await source.snapshot(of: Self.artifact(server.url + "/bomb", bomb), path: "")
      }
      #expect(tooMuch?.code == .tooLarge && tooMuch?.message.contains("more than 1048576 bytes come out") == true)
      let tooLarge = await #expect(throws: SourceError.self) {
        try await source.snapshot(of: Self.artifact(server.url + "/large", large), path: "")
      }
      #expect(tooLarge?.code == .tooLarge && tooLarge?.message.contains("leave out with spec.ignore") == true)
    }
  }

  @Test("that is no gzip'd tar is invalid, whatever else it is", arguments: ["plain tar", "gzip'd text", "empty"])
  func other(what: String) async throws {
    let bytes: [UInt8] =
      switch what {
      case "plain tar": Self.small
      case "gzip'd text": try await Self.gzip(Array(String(repeating: "text ", count: 300).utf8))
      default: []
      }
    let error = #expect(throws: SourceError.self) { try GzippedTar.files(bytes, below: "", reading: [".sql"]) }
    #expect(error?.code == .invalid)
  }

  @Test("mutated as it is compressed, an archive gives its files, or an error of its own")
  func mutations() async throws {
    let whole = try await Self.gzip(Self.small)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      }
      do throws(SourceError) {
        let files = try GzippedTar.files(bytes, below: "infra", reading: [".sql"])
        // Only what the checksum does not cover was changed: the header of gzip.
        #expect(files.map(\.bytes) == [Array("CREATE TABLE a (id int);\n".utf8)])
      } catch {
        #expect(error.code == .invalid || error.code == .tooLarge)
      }
    }
  }

  @Test("of the snapshots that were read, the ones used last are kept, up to a number of bytes")
  func recent() {
    var recent = RecentSnapshots(byteLimit: 300, countLimit: 2)
    func key(_ digest: String) -> RecentSnapshots.Key {
      RecentSnapshots.Key(origin: "o", digest: digest, path: "", suffixes: [".sql"])
    }
    func snapshot(_ count: Int) -> SourceSnapshot {
      SourceSnapshot(origin: "o", files: [ScriptFile(path: "V1", bytes: [UInt8](repeating: 0, count: count))])
    }
    recent.keep(snapshot(1), for: key("a"))
    recent.keep(snapshot(2), for: key("b"))
    #expect(recent.find(key("a")) != nil)
    recent.keep(snapshot(3), for: key("c"))
    #expect(recent.find(key("b")) == nil && recent.find(key("a")) != nil && recent.find(key("c")) != nil)
    recent.keep(snapshot(200), for: key("d"))
    #expect(recent.find(key("a")) == nil && recent.find(key("c")) == nil && recent.find(key("d")) != nil)
    recent.keep(snapshot(301), for: key("e"))
    #expect(recent.find(key("e")) == nil)
  }
}
