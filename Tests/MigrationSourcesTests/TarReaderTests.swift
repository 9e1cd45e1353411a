import MigrationCore
@testable import MigrationSources
import TestSupport
import Testing

/// An archive written by hand, and what becomes of it.
struct HostileArchive: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// A part of the message.
  let message: String
  let code: SourceError.Code
  let bytes: [UInt8]

  init(
    _ description: String, _ message: String, code: SourceError.Code = .invalid,
    _ write: (inout TarWriter) -> Void
  ) {
    (testDescription, self.message, self.code) = (description, message, code)
    var tar = TarWriter()
    write(&tar)
    bytes = tar.bytes
  }
}

@Suite("The tar reader")
struct TarReaderTests {
  static func files(
    _ bytes: [UInt8], below path: [String] = [], pieces: Int = 1000, limits: SourceLimits = SourceLimits(),
    archive: ArchiveLimits = ArchiveLimits()
  ) throws(SourceError) -> [ScriptFile] {
    var files = ArchiveFiles(below: path, suffixes: [".sql"], limits: limits)
    var tar = TarReader(limits: archive)
    var index = 0
    while index < bytes.count {
      let end = min(bytes.count, index + pieces)
      try tar.receive(Array(bytes[index..<end]), into: &files)
      index = end
    }
    try tar.finish()
    return try files.result()
  }

  static func contents(_ bytes: [UInt8], below path: [String] = [], pieces: Int = 1000) throws -> [String: String] {
    try files(bytes, below: path, pieces: pieces).reduce(into: [:]) {
      $0[$1.path] = String(decoding: $1.bytes, as: UTF8.self)
    }
  }

  private static let small: [UInt8] = {
    var tar = TarWriter()
    tar.header("./", type: "5")
    tar.file("./V1__a.sql", "CREATE TABLE a (id int);\n")
    tar.file("db/V2__b.sql", String(repeating: "-- line\n", count: 100))
    tar.file("V3__empty.sql", "")
    tar.file("README.md", "text")
    tar.end()
    return tar.bytes
  }()

  @Test("in whatever pieces the bytes come, the files are the same", arguments: [1, 7, 511, 512, 513, 100_000])
  func pieces(count: Int) throws {
    #expect(
      try Self.contents(Self.small, pieces: count) == [
        "V1__a.sql": "CREATE TABLE a (id int);\n", "db/V2__b.sql": String(repeating: "-- line\n", count: 100),
        "V3__empty.sql": "", "README.md": "",
      ])
  }

  @Test("names may be long, in all the ways of writing that: a prefix, GNU's header, pax' header")
  func names() throws {
    let folder = String(repeating: "folder/", count: 15)
    let long = folder + "V1__" + String(repeating: "x", count: 120) + ".sql"
    var tar = TarWriter()
    tar.file("V1__prefix.sql", "p", prefix: "a/b")
    // GNU's magic: what stands in place of the prefix is none.
    tar.header("V2__gnu.sql", size: 1, prefix: "7777777777", magic: "ustar  \0")
    tar.content([UInt8(ascii: "g")])
    tar.raw(Array((long + "\0").utf8), type: "L")
    tar.raw(Array("a long link\0".utf8), type: "K")
    tar.file("cut off", "l")
    tar.pax([("path", "pax/" + long), ("mtime", "1.5"), ("SCHILY.xattr.user.a", "b=c\nd")])
    tar.file("cut off", "x")
    tar.pax([("comment", "0123456789")], type: "g")
    tar.file("V4__after.sql", "after")
    tar.end()
    #expect(
      try Self.contents(tar.bytes) == [
        "a/b/V1__prefix.sql": "p", "V2__gnu.sql": "g", long: "l", "pax/" + long: "x", "V4__after.sql": "after",
      ])
  }

  @Test("a size may be written in octal with blanks, in GNU's binary form, or in pax' header")
  func sizes() throws {
    var tar = TarWriter()
    tar.header("V1__a.sql", sizeField: Array("          5 ".utf8))
    tar.content(Array("octal".utf8))
    tar.header("V2__b.sql", sizeField: [0x80] + [UInt8](repeating: 0, count: 10) + [6])
    tar.content(Array("binary".utf8))
    tar.pax([("size", "3")])
    tar.header("V3__c.sql", size: 0)
    tar.content(Array("pax".utf8))
    tar.end()
    #expect(try Self.contents(tar.bytes) == ["V1__a.sql": "octal", "V2__b.sql": "binary", "V3__c.sql": "pax"])
  }

  @Test("below a path only: the way may be written with or without dots and directories")
  func path() throws {
    var tar = TarWriter()
    tar.file("V9__outside.sql", "no")
    tar.header("link", type: "2", link: "/etc/passwd")
    tar.file("infra/db/migrations-old/V1__a.sql", "no")
    tar.file("./infra//db/./migrations/V1__a.sql", "one")
    tar.file("infra/db/migrations/sub/V2__b.sql", "two")
    tar.file("infra/db/migrations/.git/V3__c.sql", "no")
    tar.header("infra/db/migrations/.hidden", type: "2", link: "elsewhere")
    tar.end()
    #expect(
      try Self.contents(tar.bytes, below: ["infra", "db", "migrations"]) == [
        "V1__a.sql": "one", "sub/V2__b.sql": "two",
      ])
    let error = #expect(throws: SourceError.self) { try Self.files(tar.bytes, below: ["infra", "sql"]) }
    #expect(error?.code == .notFound && error?.message == "there is no directory 'infra/sql' in it; correct path")
  }

  static let hostile: [HostileArchive] = [
    HostileArchive("an absolute path", "leads out of it") { $0.file("/etc/V1__a.sql", "x") },
    HostileArchive("a path upwards", "leads out of it") { $0.file("../V1__a.sql", "x") },
    HostileArchive("a path that goes down and up", "leads out of it") { $0.file("a/../../V1__a.sql", "x") },
    HostileArchive("a path upwards in pax", "leads out of it") {
      $0.pax([("path", "a/../V1__a.sql")])
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a path upwards in GNU's long name", "leads out of it") {
      $0.raw(Array("../V1__a.sql\0".utf8), type: "L")
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a symbolic link in place of a script", "'V1__a.sql' is a link") {
      $0.header("V1__a.sql", type: "2", link: "other")
    },
    HostileArchive("a hard link in place of a script", "'V1__a.sql' is a link") {
      $0.file("other.txt", "x")
      $0.header("V1__a.sql", type: "1", link: "other.txt")
    },
    HostileArchive("a link in place of a directory", "'more' is a link") { $0.header("more", type: "2", link: "/") },
    HostileArchive("a device", "'V1__a.sql' is a device") { $0.header("V1__a.sql", type: "3") },
    HostileArchive("a pipe", "is a device") { $0.header("V1__a.sql", type: "6") },
    HostileArchive("GNU's sparse file", "a sparse file") { $0.header("V1__a.sql", type: "S") },
    HostileArchive("pax' sparse file", "a sparse file") {
      $0.pax([("GNU.sparse.major", "1"), ("GNU.sparse.name", "V1__a.sql")])
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("one file twice", "'V1__a.sql' is in the archive twice") {
      $0.file("V1__a.sql", "x")
      $0.file("./V1__a.sql", "y")
    },
    HostileArchive("a pointer of Git LFS", "'V1__a.sql' is a pointer of Git LFS") {
      $0.file("V1__a.sql", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    },
    HostileArchive("a wrong checksum", "a header of the archive is damaged") { $0.header("V1__a.sql", checksum: 1) },
    HostileArchive("a size that is no number", "no valid size") {
      $0.header("V1__a.sql", sizeField: Array("12x45678901\0".utf8))
    },
    HostileArchive("a negative size", "no valid size") {
      $0.header("V1__a.sql", sizeField: [UInt8](repeating: 0xFF, count: 12))
    },
    HostileArchive("a size beyond all numbers", "no valid size") {
      $0.header("V1__a.sql", sizeField: [0x80] + [UInt8](repeating: 0xFF, count: 11))
    },
    HostileArchive("a size beyond all limits", "larger than", code: .tooLarge) {
      $0.header("V1__a.sql", size: 8_589_934_591)
    },
    HostileArchive("a size in pax beyond all limits", "larger than", code: .tooLarge) {
      $0.pax([("size", "999999999999999999")])
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a size in pax that is negative", "no valid size") {
      $0.pax([("size", "-1")])
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a script larger than allowed", "larger than 16777216 bytes; split it", code: .tooLarge) {
      $0.header("V1__a.sql", size: (16 << 20) + 1)
    },
    HostileArchive("an endless long name", "an extended header of the archive is larger", code: .tooLarge) {
      $0.header("x", type: "L", size: 100 << 10)
    },
    HostileArchive("a path of 5,000 bytes", "longer than 4096 bytes", code: .tooLarge) {
      $0.pax([("path", String(repeating: "a", count: 5000))])
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a global header that renames everything", "sets 'path' of all entries") {
      $0.pax([("path", "V1__a.sql")], type: "g")
    },
    HostileArchive("a pax record that is longer than its header", "malformed") {
      $0.raw(Array("99 path=a\n".utf8), type: "x")
    },
    HostileArchive("a pax record of length zero", "malformed") { $0.raw(Array("0 path=a\n".utf8), type: "x") },
    HostileArchive("a pax record without an end of line", "malformed") { $0.raw(Array("9 path=ab".utf8), type: "x") },
    HostileArchive("a pax path with a NUL", "no valid path") { $0.pax([("path", "V1__a.sql\0x")]) },
    HostileArchive("a path that is not UTF-8", "not in UTF-8") {
      $0.raw([0xFF, 0xFE, 0], type: "L")
      $0.file("V1__a.sql", "x")
    },
    HostileArchive("a path with a line break", "control characters") { $0.file("V1__a\n.sql", "x") },
    HostileArchive("no path at all", "empty") { $0.header("") },
    HostileArchive("33 directories", "nested deeper than 32", code: .tooLarge) {
      $0.file(String(repeating: "d/", count: 33) + "V1__a.sql", "x")
    },
    HostileArchive("an end behind an extended header", "behind an extended header") {
      $0.pax([("path", "V1__a.sql")])
    },
    HostileArchive("more behind an empty block", "goes on behind an empty block") {
      $0.file("V1__a.sql", "x")
      $0.end(blocks: 1)
      $0.file("V2__b.sql", "x")
    },
  ]

  @Test("refuses what is hostile or damaged, and names it", arguments: hostile)
  func refused(_ archive: HostileArchive) {
    for pieces in [1, 4096] {
      let error = #expect(throws: SourceError.self) {
        try Self.files(archive.bytes + [UInt8](repeating: 0, count: 1024), pieces: pieces)
      }
      #expect(error?.message.contains(archive.message) == true, "\(error?.message ?? "")")
      #expect(error?.code == archive.code)
    }
  }

  @Test("an archive that is cut off anywhere is never taken for a whole one")
  func cutOff() {
    for count in stride(from: 0, to: Self.small.count - 1024, by: 64) {
      #expect(throws: SourceError.self, "\(count) bytes") { try Self.files(Array(Self.small[..<count])) }
    }
  }

  @Test("numbers are bounded: entries, files, bytes of scripts")
  func limits() throws {
    var archive = ArchiveLimits()
    archive.entries = 4
    #expect(throws: SourceError(.tooLarge, "the archive lists more than 4 entries")) {
      try Self.files(Self.small, archive: archive)
    }
    var limits = SourceLimits()
    limits.files = 3
    #expect(throws: SourceError(.tooLarge, "there are more than 3 files")) {
      try Self.files(Self.small, limits: limits)
    }
    limits = SourceLimits()
    limits.totalBytes = 824
    #expect(throws: SourceError(.tooLarge, "there are more than 824 bytes of scripts")) {
      try Self.files(Self.small, limits: limits)
    }
    limits.totalBytes = 825
    #expect(try Self.files(Self.small, limits: limits).count == 4)
  }

  @Test("what is on the way to the path must be a directory")
  func way() {
    for type in ["2", "0", "1"] as [Character] {
      var tar = TarWriter()
      tar.header("infra", type: type, link: "elsewhere")
      tar.end()
      let error = #expect(throws: SourceError.self) { try Self.files(tar.bytes, below: ["infra", "db"]) }
      #expect(error?.message == "'infra' on the way to the path is no directory in the archive")
    }
  }

  /// Nothing that comes out was not in it, nothing crashes, and whatever was changed is refused or harmless.
  @Test("thousands of mutated archives end with files or an error of its own, within the limits")
  func mutations() {
    var random = SeededGenerator(seed: 20_261_129)
    var archive = ArchiveLimits()
    archive.expandedBytes = 1 << 20
    var (taken, refused) = (0, 0)
    let seeds = [Self.small] + Self.hostile.map { $0.bytes + [UInt8](repeating: 0, count: 1024) }
    for round in 0..<6000 {
      var bytes = round % 2 == 0 ? Self.small : seeds[round / 2 % seeds.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, &random) }
      do throws(SourceError) {
        let files = try Self.files(bytes, pieces: Int.random(in: 1...2000, using: &random), archive: archive)
        taken += 1
        #expect(files.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
        #expect(files.allSatisfy { !$0.path.hasPrefix("/") && !$0.path.split(separator: "/").contains("..") })
      } catch {
        refused += 1
        #expect([.invalid, .tooLarge, .notFound].contains(error.code) && !error.message.isEmpty)
      }
    }
    #expect(taken > 100 && refused > 1000, "\(taken) taken, \(refused) refused")
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
    case 1: bytes.removeSubrange(index..<min(bytes.count, index + 512))
    case 2: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 512)], at: index)
    case 3: bytes.removeLast(bytes.count - index)
    case 4: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
    default:
      // A header that stays valid: a byte of a field is changed, and the checksum with it.
      let start = index / 512 * 512
      guard start + 512 <= bytes.count else { return }
      let place = start + Int.random(in: 0..<148, using: &random)
      let new = UInt8.random(in: .min ... .max, using: &random)
      bytes[place] = new
      for offset in 148..<156 { bytes[start + offset] = UInt8(ascii: " ") }
      let sum = bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }
      let digits = String(sum, radix: 8)
      let text = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      for (offset, byte) in text.utf8.prefix(6).enumerated() { bytes[start + 148 + offset] = byte }
      bytes[start + 154] = 0
    }
  }
}
