@testable import Commands
import MigrationCore
import Testing

@Suite("What of a directory is published")
struct PublicationTests {
  private static func publication(
    _ files: [String: String], before: [String: String] = [:]
  ) -> Publication {
    Publication(
      files.sorted { $0.key < $1.key }.map { ScriptFile(path: $0.key, bytes: Array($0.value.utf8)) },
      names: ScriptNames(suffixes: [".sql"]), before: before)
  }

  @Test("a script that holds a backfill alone is no empty one")
  func backfill() {
    let text = #"-- whimbrel: backfill table=t set="a = 1" where="a IS NULL" batch=5"#
    #expect(Self.publication(["V1__a.sql": text]).data == ["V1__a.sql": text])
  }

  @Test(
    "a script that is not finished is held back, with the reason",
    arguments: [
      ("", "V1__a.sql has no statement yet"), (" \n", "has no statement yet"),
      ("-- V1: add users\n", "has no statement yet"), ("/* template */ ;", "has no statement yet"),
      ("SELECT 'half", "V1__a.sql:1:8"), ("CREATE TABLE t (\n  id int,", "V1__a.sql:1:16"),
      ("CREATE FUNCTION f() RETURNS int AS $$ BEGIN", "V1__a.sql:1:36"), ("SELECT 1; /* and", nil),
      ("SELECT 1", nil), ("SELECT FROM WHERE", nil), ("\\restrict x", nil),
    ])
  func unfinished(text: String, reason: String?) throws {
    let found = Self.publication(["V1__a.sql": text, "V2__b.sql": "SELECT 2;"])
    #expect(found.data["V2__b.sql"] == "SELECT 2;")
    if let reason {
      #expect(found.data["V1__a.sql"] == nil)
      #expect(try #require(found.held.first).contains(reason), "\(found.held)")
    } else {
      #expect(found.data["V1__a.sql"] == text && found.held.isEmpty)
    }
  }

  @Test("of a file that is emptied stays what was published before; what did not change is not judged again")
  func before() {
    let before = ["V1__a.sql": "SELECT 1;", "V2__b.sql": "-- nothing, but applied"]
    let found = Self.publication(["V1__a.sql": "", "V2__b.sql": "-- nothing, but applied"], before: before)
    #expect(found.data == before && found.held.count == 1)
    #expect(found.changes(since: before).isEmpty)
  }

  @Test("bytes that are no UTF-8, and files that are no scripts, are left out; a configuration file is not")
  func others() {
    let files = [
      ScriptFile(path: "V1__a.sql", bytes: [0x53, 0xFF]), ScriptFile(path: "4913", bytes: []),
      ScriptFile(path: "V2__b.sql.conf", bytes: Array("executeInTransaction=false".utf8)),
      ScriptFile(path: "sub/V3__c.sql", bytes: Array("SELECT 3".utf8)),
    ]
    let found = Publication(files, names: ScriptNames(suffixes: [".sql"]), before: [:])
    #expect(found.data == ["V2__b.sql.conf": "executeInTransaction=false"])
    #expect(found.held == ["V1__a.sql is not UTF-8 text; save it as UTF-8"])
  }

  @Test("tells what was saved and what is gone")
  func changes() {
    let found = Self.publication(["V1__a.sql": "SELECT 1", "V2__b.sql": "SELECT 2"])
    #expect(
      found.changes(since: ["V1__a.sql": "SELECT 0", "V2__b.sql": "SELECT 2", "V3__c.sql": "x"])
        == ["saved V1__a.sql", "removed V3__c.sql"])
  }
}
