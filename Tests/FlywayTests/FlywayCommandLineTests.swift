import TestSupport
import Testing

/// Flyway's commands through the binary, on a real server.
@Suite(
  .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailableReason ?? "")),
  .enabled(if: Programme.missing == nil, Comment(rawValue: Programme.missing ?? "")), .timeLimit(.minutes(10)))
struct FlywayCommandLineTests {
  @Test("the command line does what Flyway does", arguments: RecordedCases.all)
  func doesAsFlyway(_ recorded: RecordedCase) async throws {
    try await CaseRun.run(recorded, through: CommandLinePath())
  }
}
