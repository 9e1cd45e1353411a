import MigrationCore
import MigrationEngine
import Support
import TestSupport

extension CitusDatabase {
  /// A request for files.
  func request(
    _ files: Files, _ settings: MigrationSettings = .tests, _ configure: (inout RunRequest) -> Void = { _ in }
  ) -> RunRequest {
    var request = RunRequest(
      scripts: .resolve(files.scripts, settings: settings), settings: settings, execution: ExecutionSettings())
    configure(&request)
    return request
  }

  /// Does something over a session of its own.
  func withSession<Value: Sendable>(_ body: (MigrationSession) async throws -> Value) async throws -> Value {
    let session = try await open()
    do {
      let value = try await body(session)
      await session.close()
      return value
    } catch {
      await session.close()
      throw error
    }
  }

  func undo(_ request: RunRequest) async throws -> RunSummary { try await withSession { try await $0.undo(request) } }
  func info(_ request: RunRequest) async throws -> HistoryReport {
    try await withSession { try await $0.info(request) }
  }
  func validate(_ request: RunRequest) async throws -> ValidationReport {
    try await withSession { try await $0.validate(request) }
  }
  func repair(_ request: RunRequest) async throws -> RepairReport {
    try await withSession { try await $0.repair(request) }
  }
  func baseline(_ request: RunRequest) async throws -> BaselineReport {
    try await withSession { try await $0.baseline(request) }
  }
  func clean(_ request: RunRequest) async throws -> CleanReport {
    try await withSession { try await $0.clean(request) }
  }
}

extension MigrationSettings {
  /// The settings of tests, changed.
  static func with(_ change: (inout MigrationSettings) -> Void) -> MigrationSettings {
    var settings = MigrationSettings.tests
    change(&settings)
    return settings
  }
}
