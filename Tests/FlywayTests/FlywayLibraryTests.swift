import TestSupport
import Testing

/// Flyway's commands through the library, on a real server.
@Suite(
  .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailableReason ?? "")),
  .timeLimit(.minutes(10)))
struct FlywayLibraryTests {
  @Test("the library does what Flyway does", arguments: RecordedCases.ofLibrary)
  func doesAsFlyway(_ recorded: RecordedCase) async throws {
    try await CaseRun.run(recorded, through: LibraryPath())
  }
}
