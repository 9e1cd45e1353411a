import MigrationCore
import Support
import Testing

@Suite("Locations and encodings")
struct LocationsTests {
  private func file(_ path: String, _ text: String, in location: String) -> ScriptFile {
    ScriptFile(path: path, bytes: Array(text.utf8), location: location)
  }

  private func resolve(
    _ files: [ScriptFile], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationSet {
    var settings = MigrationSettings()
    change(&settings)
    return MigrationSet.resolve(files, settings: settings)
  }

  @Test("one relative path in two locations is one migration if the contents agree, else an error")
  func twice() {
    let same = resolve([file("V1__x.sql", "A", in: "/b"), file("V1__x.sql", "A", in: "/a")])
    #expect(same.versioned.map(\.filePath) == ["/a/V1__x.sql"] && same.problems.isEmpty)
    #expect(
      resolve([file("V1__x.sql", "A", in: "/a"), file("V1__x.sql", "B", in: "/b")]).problems.map(\.code)
        == [.duplicateVersioned])
    #expect(
      resolve([file("V1__x.sql", "A", in: "/a"), file("s/V1__x.sql", "A", in: "/b")]).problems.map(\.code)
        == [.duplicateVersioned])
    #expect(
      resolve([file("R__x.sql", "A", in: "/a"), file("R__x.sql", "A", in: "/b")]).repeatables.count == 1)
  }

  @Test("the .conf beside a script counts first, one of that path in another location next")
  func configurations() {
    let other = resolve([
      file("V1__x.sql", "", in: "/a"), file("v1__X.sql.conf", "executeInTransaction=false", in: "/b"),
    ])
    #expect(other.versioned.map(\.configuration.executeInTransaction) == [false])
    #expect(other.problems.isEmpty)
    let both = resolve([
      file("V1__x.sql", "", in: "/a"), file("V1__x.sql.conf", "executeInTransaction=true", in: "/a"),
      file("V1__x.sql.conf", "executeInTransaction=false", in: "/b"),
    ])
    #expect(both.versioned.map(\.configuration.executeInTransaction) == [true])
  }

  @Test("paths are joined once, and stay relative without a location")
  func paths() {
    #expect(ScriptFile(path: "a/V1__x.sql", bytes: [], location: "/m/").filePath == "/m/a/V1__x.sql")
    #expect(ScriptFile(path: "V1__x.sql", bytes: []).filePath == "V1__x.sql")
  }

  @Test(
    "a file is decoded as the settings say, its .conf wins over them, and the checksum is that of the text",
    arguments: [
      ("ISO-8859-1", [0x27, 0xE9, 0x27]), ("windows-1252", [0x27, 0xE9, 0x27]), ("Cp850", [0x27, 0x82, 0x27]),
      ("UTF-16", [0xFE, 0xFF, 0, 0x27, 0, 0xE9, 0, 0x27]), ("UTF-16", [0xFF, 0xFE, 0x27, 0, 0xE9, 0, 0x27, 0]),
      ("UTF-16LE", [0x27, 0, 0xE9, 0, 0x27, 0]), ("utf8", [0x27, 0xC3, 0xA9, 0x27]),
    ] as [(String, [UInt8])])
  func encodings(name: String, bytes: [UInt8]) throws {
    let encoding = try #require(CharacterEncoding(name))
    let expected = try Checksum.flyway(Array("'é'".utf8))
    let set = resolve([ScriptFile(path: "V1__x.sql", bytes: bytes)]) { $0.encoding = encoding }
    #expect(set.versioned.map(\.text) == ["'é'"])
    #expect(set.versioned.map(\.checksum) == [expected])
    let conf = ScriptFile(path: "V1__x.sql.conf", bytes: Array("encoding=\(name)".utf8))
    #expect(resolve([ScriptFile(path: "V1__x.sql", bytes: bytes), conf]).versioned.map(\.text) == ["'é'"])
  }

  @Test("the value that the real Flyway stored for a file in ISO-8859-1")
  func recorded() {
    let bytes = Array("CREATE TABLE t AS SELECT 'caf".utf8) + [0xE9] + Array("'::text AS c;\n".utf8)
    let set = resolve([ScriptFile(path: "V1__x.sql", bytes: bytes)]) { $0.encoding = .latin1 }
    #expect(set.versioned.map(\.checksum) == [-1_548_112_350])
    #expect(resolve([ScriptFile(path: "V1__x.sql", bytes: bytes)]).problems.map(\.code) == [.invalidEncoding])
  }

  @Test(
    "detection finds what Flyway finds",
    arguments: [
      [0xFE, 0xFF, 0, 0x27, 0, 0xE9, 0, 0x27], [0xFF, 0xFE, 0x27, 0, 0xE9, 0, 0x27, 0], [0x27, 0, 0xE9, 0, 0x27, 0],
      [0x27, 0xE9, 0x27], [0x27, 0xC3, 0xA9, 0x27],
    ] as [[UInt8]])
  func detection(bytes: [UInt8]) {
    let set = resolve([ScriptFile(path: "V1__x.sql", bytes: bytes)]) { $0.detectEncoding = true }
    #expect(set.versioned.map(\.text) == ["'é'"])
  }
}
