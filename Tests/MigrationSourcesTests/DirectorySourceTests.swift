import Glibc
import MigrationCore
import MigrationSources
import Testing

@Suite("Migrations in a directory")
struct DirectorySourceTests {
  private func paths(_ folder: Folder, _ path: String = "m") async throws -> [String] {
    try await DirectorySource(root: folder.path).snapshot(path: path).files.map(\.path)
  }

  private func failure(
    _ folder: Folder, _ path: String = "m", limits: SourceLimits = SourceLimits()
  ) async -> SourceError? {
    await #expect(throws: SourceError.self) {
      try await DirectorySource(root: folder.path, limits: limits).snapshot(path: path)
    }
  }

  @Test("files are found in all directories below, but not in hidden ones")
  func recursive() async throws {
    let folder = try Folder()
    for name in ["m/V1__a.sql", "m/deep/er/V2__b.sql", "m/.git/V3__c.sql", "m/.hidden.sql", "other/V4__d.sql"] {
      try folder.write(name, "SELECT 1")
    }
    #expect(try await paths(folder) == [".hidden.sql", "V1__a.sql", "deep/er/V2__b.sql"])
    #expect(try await paths(folder, "./m//deep/") == ["er/V2__b.sql"])
    #expect(try await paths(folder, "").contains("other/V4__d.sql"))
  }

  @Test("only scripts and their configuration are read; the rest is listed for its name")
  func reading() async throws {
    let folder = try Folder()
    for name in ["m/V1__a.SQL", "m/V1__a.sql.conf", "m/notes.txt"] { try folder.write(name, "text") }
    let snapshot = try await DirectorySource(root: folder.path).snapshot(path: "m")
    #expect(snapshot.files.map(\.bytes.count) == [4, 4, 0])
    #expect(snapshot.revision.hasPrefix("directory/m@sha256:"))
  }

  @Test("what the settings call a script is read, and so is what Flyway would run as a program")
  func suffixes() async throws {
    let folder = try Folder()
    for name in ["m/V1__a.DDL", "m/V2__b.sh", "m/V3__c", "m/V4__d.sql"] { try folder.write(name, "text") }
    let snapshot = try await DirectorySource(root: folder.path).snapshot(path: "m", reading: [".ddl"])
    #expect(snapshot.files.map(\.bytes.count) == [4, 4, 4, 0])
  }

  @Test("a mounted ConfigMap is read once, and its next generation gives another digest")
  func mounted() async throws {
    let folder = try Folder()
    try folder.write("m/..one/V1__a.sql", "SELECT 1")
    try folder.write("m/..two/V1__a.sql", "SELECT 2")
    try folder.link("m/..data", to: "..one")
    try folder.link("m/V1__a.sql", to: "..data/V1__a.sql")
    let source = DirectorySource(root: folder.path)
    let first = try await source.snapshot(path: "m")
    #expect(first.files.map(\.path) == ["V1__a.sql"])
    #expect(try await source.snapshot(path: "m").digest == first.digest)
    try folder.relink("m/..data", to: "..two")
    #expect(try await source.snapshot(path: "m").digest != first.digest)
  }

  @Test("a directory that is exchanged while it is read gives one generation or the other, never a mixture")
  func exchanged() async throws {
    let folder = try Folder()
    for generation in ["one", "two"] {
      for number in 0..<20 { try folder.write("m/..\(generation)/V\(number)__a.sql", generation) }
    }
    try folder.link("m/..data", to: "..one")
    for number in 0..<20 { try folder.link("m/V\(number)__a.sql", to: "..data/V\(number)__a.sql") }
    let source = DirectorySource(root: folder.path)
    var read = 0
    for turn in 0..<300 {
      async let exchange: Void = {
        for _ in 0..<Int.random(in: 0..<40) { await Task.yield() }
        try folder.relink("m/..data", to: turn % 2 == 0 ? "..two" : "..one")
      }()
      do throws(SourceError) {
        let snapshot = try await source.snapshot(path: "m")
        #expect(Set(snapshot.files.map(\.bytes)).count == 1)
        read += 1
      } catch {
        #expect(error.code == .unavailable)
      }
      try await exchange
    }
    #expect(read > 0)
  }

  @Test("links that stay below the root are followed, those that lead out are refused")
  func links() async throws {
    let folder = try Folder()
    try folder.write("shared/V1__a.sql", "SELECT 1")
    try folder.write("m/V2__b.sql", "SELECT 1")
    try folder.link("m/common", to: "../shared")
    #expect(try await paths(folder) == ["V2__b.sql", "common/V1__a.sql"])
    try folder.link("m/passwd.sql", to: "/etc/passwd")
    let file = await failure(folder)
    #expect(file?.code == .invalid)
    #expect(file?.message.contains("'passwd.sql' leads outside the migrations root") == true)
    try folder.link("outside", to: "/etc")
    #expect(await failure(folder, "outside")?.code == .invalid)
    // A folder whose name only begins like the root's is outside too.
    let twin = try Folder()
    try twin.write("V1__a.sql", "SELECT 1")
    try folder.link("twin", to: twin.path)
    #expect(await failure(folder, "twin")?.code == .invalid)
  }

  @Test("a link that goes round in a circle ends, and is named")
  func circle() async throws {
    let folder = try Folder()
    try folder.write("m/V1__a.sql", "SELECT 1")
    try folder.link("m/again", to: ".")
    let error = await failure(folder)
    #expect(error?.code == .tooLarge)
    #expect(error?.message.contains("circle") == true)
  }

  @Test("a path may not leave the root", arguments: ["../m", "m/../..", "/etc", "m/..", "m\0"])
  func outside(path: String) async throws {
    let folder = try Folder()
    try folder.write("m/V1__a.sql", "SELECT 1")
    #expect(await failure(folder, path)?.code == .invalid)
  }

  @Test("what is missing may come, and is named")
  func missing() async throws {
    let folder = try Folder()
    let error = await failure(folder, "nowhere")
    #expect(error?.code == .notFound)
    #expect(error?.isTransient == true)
    #expect(error?.message.contains("'nowhere'") == true)
    let root = await #expect(throws: SourceError.self) {
      try await DirectorySource(root: "\(folder.path)/none").snapshot(path: "m")
    }
    #expect(root?.code == .notFound)
    #expect(root?.message.contains("--migrations-root") == true)
  }

  @Test("a link that leads nowhere is never passed over in silence")
  func dangling() async throws {
    let folder = try Folder()
    try folder.write("m/V1__a.sql", "SELECT 1")
    try folder.link("m/V2__b.sql", to: "gone.sql")
    let error = await failure(folder)
    #expect(error?.code == .unavailable)
    #expect(error?.message == "'V2__b.sql' cannot be read: No such file or directory")
  }

  @Test("a file in place of the directory is named as that")
  func file() async throws {
    let folder = try Folder()
    try folder.write("m", "SELECT 1")
    #expect(await failure(folder)?.message.contains("it is a file; name its directory") == true)
  }

  @Test("a file that may not be read is unavailable", .enabled(if: getuid() != 0, "root may read everything"))
  func unreadable() async throws {
    let folder = try Folder()
    try folder.write("m/V1__a.sql", "SELECT 1")
    chmod("\(folder.path)/m/V1__a.sql", 0)
    #expect(await failure(folder)?.message == "'V1__a.sql' cannot be opened: Permission denied")
  }

  @Test("limits on size, number and depth hold")
  func limits() async throws {
    let folder = try Folder()
    try folder.write("m/V1__a.sql", "12345")
    try folder.write("m/deep/V2__b.sql", "12345")
    var exact = SourceLimits()
    (exact.files, exact.bytesPerFile, exact.totalBytes, exact.depth) = (2, 5, 10, 1)
    #expect(try await DirectorySource(root: folder.path, limits: exact).snapshot(path: "m").files.count == 2)
    let tighter: [(inout SourceLimits) -> Void] = [
      { $0.files = 1 }, { $0.bytesPerFile = 4 }, { $0.totalBytes = 9 }, { $0.depth = 0 },
    ]
    for tighten in tighter {
      var limits = exact
      tighten(&limits)
      #expect(await failure(folder, limits: limits)?.code == .tooLarge)
    }
  }
}
