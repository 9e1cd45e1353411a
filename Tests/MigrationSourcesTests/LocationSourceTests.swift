import FlywaySettings
import Glibc
import MigrationCore
import MigrationSources
import Testing

@Suite("Scripts in the user's own locations")
struct LocationSourceTests {
  private func read(
    _ folder: Folder, _ locations: [String], callbacks: [String]? = nil, failOnMissing: Bool = false,
    limits: SourceLimits = .local
  ) async throws -> (files: [ScriptFile], warnings: [String]) {
    let source = LocationSource(
      locations: try locations.map { try Location($0, relativeTo: folder.path) },
      callbackLocations: try callbacks?.map { try Location($0, relativeTo: folder.path) }, failOnMissing: failOnMissing,
      workingDirectory: folder.path, limits: limits)
    let (snapshot, warnings) = try await source.snapshot(reading: [".sql"])
    return (snapshot.files, warnings)
  }

  @Test("scripts, their configurations and programs are read; nothing else is")
  func kinds() async throws {
    let folder = try Folder()
    let names = ["V1__a.sql", "V2__b.SQL", "V1__a.sql.conf", "V3__c.sh", "V4__d", "notes.txt", ".hidden.sql", "x.sql~"]
    for name in names { try folder.write("sql/\(name)", "text") }
    try folder.write("sql/.git/V9__x.sql", "text")
    let (files, warnings) = try await read(folder, ["filesystem:sql"])
    #expect(files.map(\.path) == [".hidden.sql", "V1__a.sql", "V1__a.sql.conf", "V2__b.SQL", "V3__c.sh", "V4__d"])
    #expect(files.allSatisfy { $0.location == folder.path + "/sql" && $0.role == .any && $0.bytes.count == 4 })
    #expect(files.first?.filePath == folder.path + "/sql/.hidden.sql")
    #expect(warnings.isEmpty)
  }

  @Test("a location that is named twice or lies in another one is read once")
  func overlap() async throws {
    let folder = try Folder()
    try folder.write("sql/V1__a.sql", "a")
    try folder.write("sql/sub/V2__b.sql", "b")
    try folder.write("sql2/V3__c.sql", "c")
    let (files, warnings) = try await read(
      folder, ["filesystem:sql/sub", "filesystem:sql", "./sql/", "filesystem:\(folder.path)/sql2"])
    #expect(files.map(\.path) == ["V1__a.sql", "V3__c.sql", "sub/V2__b.sql"])
    #expect(warnings.count == 2)
  }

  @Test("a location that is not there is a warning, or an error if it shall be one")
  func missing() async throws {
    let folder = try Folder()
    try folder.write("sql/V1__a.sql", "a")
    let (files, warnings) = try await read(folder, ["filesystem:sql", "filesystem:nope", "filesystem:sql/V1__a.sql"])
    #expect(files.map(\.path) == ["V1__a.sql"])
    #expect(warnings.count == 2, "\(warnings)")
    let (none, _) = try await read(folder, ["filesystem:sql/V1__a.sql"])
    #expect(none.isEmpty)
    for location in ["filesystem:nope", "filesystem:sql/V1__a.sql"] {
      let error = await #expect(throws: SourceError.self) {
        try await read(folder, [location], failOnMissing: true)
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test("wildcards find folders, and scripts are named from there")
  func wildcards() async throws {
    let folder = try Folder()
    for name in ["m1/db/V1__a.sql", "m2/db/V2__b.sql", "m3/other/V3__c.sql"] { try folder.write("sql/\(name)", "x") }
    let (files, _) = try await read(folder, ["filesystem:sql/*/db"])
    #expect(files.map(\.path) == ["V1__a.sql", "V2__b.sql"])
    #expect(files.map(\.filePath) == [folder.path + "/sql/m1/db/V1__a.sql", folder.path + "/sql/m2/db/V2__b.sql"])
    #expect(try await read(folder, ["filesystem:sql/**/o*"]).files.map(\.path) == ["V3__c.sql"])
  }

  @Test("callback locations hold callbacks, and then the others hold none")
  func callbacks() async throws {
    let folder = try Folder()
    try folder.write("sql/V1__a.sql", "a")
    try folder.write("hooks/afterMigrate.sql", "b")
    let (files, _) = try await read(folder, ["filesystem:sql"], callbacks: ["filesystem:hooks"])
    #expect(files.map(\.path) == ["V1__a.sql", "afterMigrate.sql"])
    #expect(files.map(\.role) == [.migrations, .callbacks])
  }

  @Test("links are followed wherever they lead, but never in a circle")
  func links() async throws {
    let folder = try Folder()
    try folder.write("elsewhere/V1__a.sql", "a")
    try folder.write("sql/real/V2__b.sql", "b")
    try folder.link("sql/linked", to: "../elsewhere")
    try folder.link("sql/V3__c.sql", to: "real/V2__b.sql")
    try folder.link("sql/real/round", to: "..")
    try folder.link("sql/V4__d.sql", to: "nowhere")
    try folder.link("sql/notes", to: "nowhere.txt")
    try folder.link("elsewhere/self", to: "self")
    let (files, warnings) = try await read(folder, ["filesystem:sql"])
    #expect(files.map(\.path) == ["V3__c.sql", "linked/V1__a.sql", "real/V2__b.sql"])
    #expect(warnings.contains { $0.contains("sql/real/round") }, "\(warnings)")
    #expect(warnings.contains { $0.contains("sql/V4__d.sql") }, "\(warnings)")
  }

  @Test("a class path location is looked for among the folders of a Java project")
  func classpath() async throws {
    let folder = try Folder()
    try folder.write("src/main/resources/db/migration/V1__a.sql", "a")
    let (files, warnings) = try await read(folder, ["classpath:db/migration"])
    #expect(files.map(\.filePath) == [folder.path + "/src/main/resources/db/migration/V1__a.sql"])
    #expect(warnings.count == 1)
    try folder.write("db/migration/V2__b.sql", "b")
    #expect(try await read(folder, ["classpath:/db/migration"]).files.map(\.path) == ["V2__b.sql"])
  }

  @Test("a script that is too large is refused without being read")
  func large() async throws {
    let folder = try Folder()
    try folder.write("sql/V1__a.sql", "a")
    for name in ["V2__huge.sql", "core"] {
      let path = folder.path + "/sql/\(name)"
      let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
      try #require(descriptor >= 0 && ftruncate(descriptor, 200 << 20) == 0)
      close(descriptor)
    }
    let error = await #expect(throws: SourceError.self) { try await read(folder, ["filesystem:sql"]) }
    #expect(error?.code == .tooLarge)
    #expect(error?.message.contains("sql/V2__huge.sql has 209715200 bytes") == true)
    try #require(unlink(folder.path + "/sql/V2__huge.sql") == 0)
    let (files, warnings) = try await read(folder, ["filesystem:sql"])
    #expect(files.map(\.path) == ["V1__a.sql"])
    #expect(warnings.count == 1)
  }

  @Test("limits on number, sum and depth hold")
  func limits() async throws {
    let folder = try Folder()
    for number in 0..<5 { try folder.write("sql/V\(number)__a.sql", "12345") }
    try folder.write("deep/a/b/c/V1__a.sql", "x")
    var few = SourceLimits.local
    few.files = 4
    var small = SourceLimits.local
    small.totalBytes = 24
    var flat = SourceLimits.local
    flat.depth = 2
    for (limits, location) in [(few, "sql"), (small, "sql"), (flat, "deep")] {
      let error = await #expect(throws: SourceError.self) { try await read(folder, [location], limits: limits) }
      #expect(error?.code == .tooLarge)
    }
    flat.depth = 3
    #expect(try await read(folder, ["deep"], limits: flat).files.count == 1)
  }

  @Test("many files come in order")
  func many() async throws {
    let folder = try Folder()
    for number in 0..<10_000 { try folder.write("sql/d\(number % 100)/V\(number)__a.sql", "") }
    let (files, _) = try await read(folder, ["filesystem:sql"])
    #expect(files.count == 10_000)
    #expect(files.map(\.path) == files.map(\.path).sorted())
  }

  @Test(
    "object storage and unknown prefixes are refused",
    arguments: ["s3:bucket", "gcs:bucket", "http://x", "filesystem:"])
  func refused(text: String) {
    #expect(throws: SettingsError.self) { try Location(text, relativeTo: "/project") }
  }
}
