import MigrationCore
@testable import MigrationSources
import Testing

@Suite("A listed tree")
struct GitTreeTests {
  private static func name(_ number: Int) -> GitObjectName {
    let digits = String(number, radix: 16)
    guard let name = GitObjectName(String(repeating: "0", count: 40 - digits.count) + digits) else {
      fatalError("no name of an object")
    }
    return name
  }

  private static func entry(
    _ path: String, _ number: Int, _ kind: GitTreeEntry.Kind = .file, size: Int? = 4
  ) -> GitTreeEntry {
    GitTreeEntry(kind: kind, object: name(number), size: size, path: path)
  }

  /// Reads everything that is asked for out of `contents`.
  private static func files(
    _ entries: [GitTreeEntry], _ contents: [Int: String], limits: SourceLimits = SourceLimits()
  ) throws -> [String: String] {
    let all = Dictionary(uniqueKeysWithValues: contents.map { (name($0.key), Array($0.value.utf8)) })
    var read: [GitObjectName: [UInt8]] = [:]
    for _ in 0..<20 {
      switch try GitTreeSelection(entries, suffixes: [".sql"], limits: limits).next(read) {
      case .files(let files):
        return Dictionary(uniqueKeysWithValues: files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
      case .read(let names): for name in names { read[name] = all[name] ?? [] }
      }
    }
    throw SourceError(.unavailable, "it never ends")
  }

  @Test("is read from the output of ls-tree, with odd names and objects that are not there")
  func parse() throws {
    let output =
      "100644 blob \(Self.name(1))      10\tV1__a.sql\0100755 blob \(Self.name(2))     BAD\tsub dir/tab\there\nline.sql\0"
      + "120000 blob \(Self.name(3))       9\tlink\0160000 commit \(Self.name(4))       -\tmodule\0"
    let entries = try GitTreeEntry.list(Array(output.utf8))
    #expect(
      entries == [
        Self.entry("V1__a.sql", 1, size: 10), Self.entry("sub dir/tab\there\nline.sql", 2, size: nil),
        Self.entry("link", 3, .link, size: 9), Self.entry("module", 4, .submodule, size: nil),
      ])
    #expect(try GitTreeEntry.list([]).isEmpty)
  }

  @Test(
    "of another form is not guessed at",
    arguments: ["x", "100644 blob 12 4\ta\0", "040000 tree \(name(1)) -\ta\0", "100644 blob \(name(1)) 4 a\0"])
  func badOutput(output: String) {
    #expect(throws: SourceError.self) { try GitTreeEntry.list(Array(output.utf8)) }
  }

  @Test("with a name that is not UTF-8 is refused")
  func badName() {
    let output = Array("100644 blob \(Self.name(1)) 4\tV1__".utf8) + [0xFF, 0]
    let error = #expect(throws: SourceError.self) { try GitTreeEntry.list(output) }
    #expect(error?.code == .invalid)
  }

  @Test("gives scripts and configurations with their contents, and other files by name")
  func select() throws {
    let files = try Self.files(
      [
        Self.entry("V1__a.sql", 1), Self.entry("sub/V2__b.SQL", 2), Self.entry("V1__a.sql.conf", 3),
        Self.entry("README.md", 4),
        Self.entry(".hidden/V9__x.sql", 5), Self.entry("run.sh", 6), Self.entry(".git/modules", 7, .submodule),
      ], [1: "one", 2: "two", 3: "conf", 6: "sh"])
    #expect(
      files == ["V1__a.sql": "one", "sub/V2__b.SQL": "two", "V1__a.sql.conf": "conf", "README.md": "", "run.sh": "sh"])
  }

  @Test("follows links to files below the path, over several links and folders")
  func links() throws {
    let files = try Self.files(
      [
        Self.entry("V1__a.sql", 1), Self.entry("V2__b.sql", 2, .link), Self.entry("sub/V3__c.sql", 3, .link),
        Self.entry("shared/text.txt", 4), Self.entry("V4__d.sql", 5, .link), Self.entry("README.md", 6, .link),
        Self.entry(".V5__e.sql", 7, .link),
      ],
      [1: "one", 2: "./V1__a.sql", 3: "../V2__b.sql", 4: "text", 5: "shared/text.txt", 6: "/etc/passwd", 7: "/nowhere"])
    #expect(
      files == [
        "V1__a.sql": "one", "V2__b.sql": "one", "sub/V3__c.sql": "one", "V4__d.sql": "text", "shared/text.txt": "",
        "README.md": "",
      ])
  }

  @Test(
    "refuses links that lead elsewhere, by name",
    arguments: [
      ("../V1__a.sql", "out of the path"), ("/etc/passwd", "out of the path"), ("sub/../../x", "out of the path"),
      ("", "out of the path"), ("missing.sql", "nothing"), ("sub", "a folder"), ("V1__link.sql", "circle"),
      (".", "a folder"),
    ])
  func badLinks(target: String, what: String) {
    let error = #expect(throws: SourceError.self) {
      try Self.files([Self.entry("V1__link.sql", 1, .link), Self.entry("sub/a.txt", 2)], [1: target, 2: "x"])
    }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("'V1__link.sql'") == true)
    #expect(error?.message.contains(what) == true)
  }

  @Test("refuses submodules and pointers of Git LFS by name")
  func refused() {
    let module = #expect(throws: SourceError.self) { try Self.files([Self.entry("sub/module", 1, .submodule)], [:]) }
    #expect(module?.code == .invalid && module?.message.contains("'sub/module' is a submodule") == true)
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    let lfs = #expect(throws: SourceError.self) { try Self.files([Self.entry("V1__a.sql", 1)], [1: pointer]) }
    #expect(lfs?.code == .invalid && lfs?.message.contains("'V1__a.sql' is a pointer of Git LFS") == true)
  }

  @Test("refuses too many files, too large ones, too much in all and too deep folders")
  func limits() {
    func code(_ entries: [GitTreeEntry], _ change: (inout SourceLimits) -> Void) -> SourceError.Code? {
      var limits = SourceLimits()
      change(&limits)
      do {
        _ = try Self.files(entries, [1: "1234", 2: "5678"], limits: limits)
        return nil
      } catch { return (error as? SourceError)?.code }
    }
    let two = [Self.entry("V1__a.sql", 1), Self.entry("d/V2__b.sql", 2)]
    #expect(code(two) { _ in } == nil)
    #expect(code(two) { $0.files = 1 } == .tooLarge)
    #expect(code(two) { $0.bytesPerFile = 3 } == .tooLarge)
    #expect(code(two) { $0.totalBytes = 7 } == .tooLarge)
    #expect(code(two) { $0.totalBytes = 8 } == nil)
    #expect(code(two) { $0.depth = 0 } == .tooLarge)
  }

  @Test("batches are read by their sizes, whatever the contents look like")
  func batch() throws {
    let output = "\(Self.name(1)) blob 12\n\(String(Self.name(2).description.prefix(11)))\n\n\(Self.name(2)) blob 0\n\n"
    let contents = try #require(GitBatch.contents(Array(output.utf8)))
    #expect(contents[Self.name(2)] == [])
    #expect(contents[Self.name(1)]?.count == 12)
    #expect(GitBatch.contents([])?.isEmpty == true)
  }

  @Test(
    "a batch that ends too early, or has other headers, is not guessed at",
    arguments: [
      "\(name(1)) missing\n", "\(name(1)) blob 5\nabc\n", "\(name(1)) blob -1\n\n", "\(name(1)) blob 3\nabcd", "x",
      "\n",
      "\(name(1)) blob 99999999999999999999\na\n", "\(name(1)) blob \(Int.max)\na\n", "\(name(1)) fish 1\na\n",
    ])
  func badBatch(output: String) {
    #expect(GitBatch.contents(Array(output.utf8)) == nil)
  }

  @Test("checks tell what is there and what is missing")
  func checks() {
    let output = "\(Self.name(1)) commit 118\nHEAD:a b missing\n"
    #expect(
      GitBatch.checks(Array(output.utf8), count: 2) == [
        GitBatch.Object(name: Self.name(1), type: "commit", size: 118), nil,
      ])
    #expect(GitBatch.checks(Array(output.utf8), count: 3) == nil)
    #expect(GitBatch.checks(Array("what\n".utf8), count: 1) == nil)
  }
}
