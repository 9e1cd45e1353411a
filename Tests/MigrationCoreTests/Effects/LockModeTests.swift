import MigrationCore
import Testing

@Suite("Lock modes")
struct LockModeTests {
  @Test("each is found by the catalog's name, and is stronger than the one before")
  func names() {
    #expect(
      LockMode.allCases.map(\.catalogName) == [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
        "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
      ])
    #expect(LockMode.allCases.compactMap { LockMode(catalogName: $0.catalogName) } == LockMode.allCases)
    #expect(LockMode.allCases == LockMode.allCases.sorted())
    #expect(LockMode(catalogName: "SIReadLock") == nil)
  }

  @Test("what others wait to do follows PostgreSQL's table of conflicts")
  func blocks() {
    #expect(
      LockMode.allCases.map(\.blocks) == [
        .nothing, .nothing, .nothing, .schemaChanges, .writes, .writes, .writes, .readsAndWrites,
      ])
  }
}
