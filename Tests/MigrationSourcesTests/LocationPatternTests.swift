import Testing

@testable import MigrationSources

@Suite("Locations with wildcards")
struct LocationPatternTests {
  private static let cases: [(pattern: String, path: String, script: String?)] = [
    ("/d/*/db", "m1/db/V1__a.sql", "V1__a.sql"), ("/d/*/db", "m1/db/sub/V1__a.sql", "sub/V1__a.sql"),
    ("/d/*/db", "db/V1__a.sql", nil), ("/d/*/db", "m1/other/V1__a.sql", nil), ("/d/*/db", "m1/m2/db/V1__a.sql", nil),
    ("/d/*/db", "m1/db", nil), ("/d/**/o*", "m3/other/V3__c.sql", "V3__c.sql"),
    ("/d/**/o*", "other/V3__c.sql", "V3__c.sql"), ("/d/**/o*", "a/b/c/other/V3__c.sql", "V3__c.sql"),
    ("/d/**/o*", "o/V3__c.sql", nil), ("/d/m?", "m1/V1__a.sql", "V1__a.sql"), ("/d/m?", "m10/V1__a.sql", nil),
    ("/d/m?", "m/V1__a.sql", nil), ("/d/**", "V1__a.sql", "V1__a.sql"), ("/d/**", "a/b/V1__a.sql", "a/b/V1__a.sql"),
    ("/d/**/a", "a/a/V1__x.sql", "a/V1__x.sql"), ("/d/*/V*.sql", "m1/V1__a.sql", "m1/V1__a.sql"),
    ("/d/*/V*.sql", "m1/R__a.sql", nil), ("/d/*/V*.sql", "m1/sub/V1__a.sql", nil),
    ("/d/**/V*.sql", "m1/sub/V1__a.sql", "m1/sub/V1__a.sql"), ("/d/a*b*c", "aXbYc/V1__a.sql", "V1__a.sql"),
    ("/d/a*b*c", "abc/V1__a.sql", nil),
  ]

  @Test("a file is of a location as Flyway's regular expression has it", arguments: cases)
  func matching(pattern: String, path: String, script: String?) throws {
    let pattern = try #require(LocationPattern(pattern))
    #expect(pattern.root == "/d")
    #expect(pattern.relativePath(of: path) == script)
  }

  @Test("a path without wildcards is no pattern")
  func plain() {
    #expect(LocationPattern("/d/sql") == nil)
    #expect(LocationPattern("/*/sql")?.root == "/")
  }

  @Test("patterns that invite backtracking cost no more than others", .timeLimit(.minutes(5)))
  func cost() throws {
    let stars = String(repeating: "*a", count: 200)
    let pattern = try #require(LocationPattern("/" + String(repeating: "**/x*/", count: 50) + stars + "b"))
    let path = String(repeating: "xa/", count: 120) + String(repeating: "a", count: 200) + "/V1__a.sql"
    #expect(pattern.relativePath(of: path) == nil)
  }
}
