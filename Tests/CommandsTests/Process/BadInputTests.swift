import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// What people have in their directories and databases by mistake: each ends in the right result or a clear error, and
/// nothing is lost.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct BadInputTests {
  /// A script that cannot be run, and what the error must name.
  struct Script: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let names: [String]

    init(_ description: String, _ text: String, names: [String]) {
      testDescription = description
      bytes = Array(text.utf8)
      self.names = names
    }
  }

  private static let scripts = [
    Script("an open quote", "SELECT 1;\n\nSELECT 'abc\n\n;\n", names: ["string", "line 4, column 8"]),
    Script("an open name", "SELECT 1 AS \"abc;\nSELECT 2;\n", names: ["quoted name", "line 2, column 13"]),
    Script(
      "an open dollar quote",
      "SELECT 1;\nCREATE FUNCTION f() RETURNS int AS $body$\nSELECT 1\n$bdy$ LANGUAGE sql;\nSELECT 2;\n",
      names: ["dollar quote", "line 3, column 36"]),
    Script(
      "COPY data without an end", "CREATE TABLE t (a int);\nCOPY t FROM STDIN;\n1\n2\n", names: ["line 3, column 1"]),
    Script("a NUL byte", "SELECT 1;\nSELECT 'a\u{0}b';\n", names: ["NUL", "line 3, column 10"]),
    Script("a command of psql", "\\restrict abc\nSELECT 1;\n", names: ["\\restrict", "line 2, column 1"]),
  ]

  @Test(
    "a script that cannot be cut is named with the place where it began, and nothing of it runs", arguments: scripts)
  func unreadable(script: Script) async throws {
    try await WhimbrelProcess.withDatabase(["V1__first.sql": "CREATE TABLE first (id int);"]) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      let text = "CREATE TABLE second (id int);\n" + String(decoding: script.bytes, as: UTF8.self)
      try whimbrel.write(["V2__bad.sql": text])
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1)
      for name in ["V2__bad.sql"] + script.names { #expect(run.errors.contains(name), "\(name): \(run.errors)") }
      #expect(try await whimbrel.value("SELECT to_regclass('second')") == nil)
      #expect(try await whimbrel.value("SELECT max(installed_rank) FROM flyway_schema_history") == "1")
      #expect(try await whimbrel.run(["info"]).status == 0)
      try whimbrel.write(["V2__bad.sql": "CREATE TABLE second (id int);"])
      #expect(try await whimbrel.run(["migrate"]).status == 0)
    }
  }

  @Test("a file that is not UTF-8 is named with the place of the byte")
  func encoding() async throws {
    try await WhimbrelProcess.withDatabase(["V1__first.sql": "CREATE TABLE first (id int);"]) { whimbrel in
      let bytes = Array("SELECT 1;\n-- caf".utf8) + [0xE9] + Array("\n".utf8)
      try Data(bytes).write(to: URL(filePath: whimbrel.folder.path + "/sql/V2__latin.sql"))
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1 && run.errors.contains("V2__latin.sql") && run.errors.contains("line 2, column 7"))
      #expect(try await whimbrel.value("SELECT to_regclass('first')") == nil)
      let told = try await whimbrel.run(["-encoding=ISO-8859-1", "migrate"])
      #expect(told.status == 0, "\(told.errors)")
    }
  }

  @Test("a directory named like a migration is a directory, and what lies in it counts")
  func directory() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sql/V2__b.sql": "SELECT 1;", "V3__c.sql": "SELECT 1;"]) { whimbrel in
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 0, "\(run.errors)")
      let rows = "SELECT string_agg(version || ' ' || script, ',' ORDER BY installed_rank) FROM flyway_schema_history"
      #expect(try await whimbrel.value(rows) == "2 V1__a.sql/V2__b.sql,3 V3__c.sql")
    }
  }

  @Test("versions beyond 64 bits run in the order of their numbers; one too long for the history is refused before")
  func versions() async throws {
    let versions = [
      "9223372036854775808", "18446744073709551616", "18446744073709551617", String(repeating: "9", count: 50),
    ]
    let scripts = Dictionary(uniqueKeysWithValues: versions.map { ("V\($0)__x.sql", "SELECT 1;") })
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      let rows = "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM flyway_schema_history"
      #expect(try await whimbrel.value(rows) == versions.joined(separator: ","))
      try whimbrel.write(["V1\(String(repeating: "0", count: 50))__y.sql": "CREATE TABLE y (id int);"])
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1 && run.errors.contains("51 characters"), "\(run.errors)")
      #expect(try await whimbrel.value("SELECT to_regclass('y')") == nil)
    }
  }
}

// MARK: Sizes

extension BadInputTests {
  @Test("a script of 200 MB is refused, with its name and size, and never read")
  func large() async throws {
    try await WhimbrelProcess.withDatabase(["V1__first.sql": "CREATE TABLE first (id int);"]) { whimbrel in
      let path = try whimbrel.folder.write("", to: "sql/V2__large.sql")
      #expect(truncate(path, 200_000_000) == 0)
      for verb in ["migrate", "info", "validate", "repair"] {
        let run = try await whimbrel.run([verb], megabytes: 200)
        #expect(run.status == 1, "\(verb)")
        #expect(run.errors.contains("V2__large.sql") && run.errors.contains("200000000 bytes"), "\(run.errors)")
      }
      #expect(try await whimbrel.value("SELECT to_regclass('first')") == nil)
    }
  }

  @Test("10,000 files are planned in seconds and in no more memory than 200 MB")
  func many() async throws {
    try await WhimbrelProcess.withDatabase(["V1__m.sql": "SELECT 1;\n"]) { whimbrel in
      for version in 2...10_000 {
        try Data("SELECT 1;\n".utf8).write(to: URL(filePath: whimbrel.folder.path + "/sql/V\(version)__m.sql"))
      }
      let info = try await whimbrel.run(["info"], megabytes: 200)
      #expect(info.status == 0, "\(info.errors)")
      #expect(info.output.split(separator: "\n").count { $0.contains("Pending") } == 10_000)
      #expect(try await whimbrel.run(["-target=3", "migrate"], megabytes: 200).status == 0)
      #expect(try await whimbrel.value("SELECT max(version::int) FROM flyway_schema_history") == "3")
    }
  }
}
