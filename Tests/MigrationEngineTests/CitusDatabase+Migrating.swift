import Logging
import MigrationCore
import MigrationEngine
import Support
import TestSupport

/// A directory of migrations in a test: file name and SQL.
typealias Files = KeyValuePairs<String, String>

extension CitusDatabase {
  /// Opens a session of the engine; the caller closes it.
  func open(applicationName: String = "whimbrel-tests") async throws -> MigrationSession {
    try await MigrationSession.open(
      parameters(applicationName: applicationName), logger: .silent)
  }

  /// Runs the engine on files over a session of its own.
  @discardableResult
  func migrate(
    _ files: Files, settings: MigrationSettings = .tests, _ configure: (inout RunRequest) -> Void = { _ in }
  ) async throws -> RunSummary {
    var request = RunRequest(
      scripts: .resolve(files.scripts, settings: settings), settings: settings, execution: ExecutionSettings())
    configure(&request)
    return try await migrate(request)
  }

  func migrate(_ request: RunRequest, applicationName: String = "whimbrel-tests") async throws -> RunSummary {
    let session = try await open(applicationName: applicationName)
    do {
      let summary = try await session.run(request)
      await session.close()
      return summary
    } catch {
      await session.close()
      throw error
    }
  }

  /// The error of a run that must fail.
  func failure(
    _ files: Files, settings: MigrationSettings = .tests, _ configure: (inout RunRequest) -> Void = { _ in }
  ) async throws -> EngineError {
    do {
      try await migrate(files, settings: settings, configure)
    } catch let error as EngineError {
      return error
    }
    throw UnexpectedSuccess()
  }

  /// What the history says: `version|script|success`, by rank.
  func history() async throws -> [String] {
    guard try await value("SELECT to_regclass('public.flyway_schema_history') IS NOT NULL") == "t" else { return [] }
    return try await lines(
      "SELECT coalesce(version, type), script, success FROM public.flyway_schema_history ORDER BY installed_rank")
  }

  /// Whether nobody holds an advisory lock of the first class.
  func isLockFree() async throws -> Bool {
    try await value(
      """
      SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """) == "0"
  }
}

extension KeyValuePairs where Key == String, Value == String {
  var scripts: [ScriptFile] { map { ScriptFile(path: $0.key, bytes: Array($0.value.utf8)) } }
}

extension MigrationSettings {
  /// Schema `public`, as a resource without `schemas` has it.
  static var tests: MigrationSettings { MigrationSettings() }
}

/// What a run reported, in short words; statements and notices below WARNING are left out.
final class Events: Sendable {
  private let log = Guarded<[String]>([])
  private let every = Guarded<[RunEvent]>([])

  var all: [String] { log.withLock { $0 } }
  var events: [RunEvent] { every.withLock { $0 } }

  func take(_ event: RunEvent) {
    every.withLock { $0.append(event) }
    guard let text = Self.text(event) else { return }
    log.withLock { $0.append(text) }
  }

  private static func text(_ event: RunEvent) -> String? {
    switch event {
    case .waitingForLock(let holder, let attempt): "waiting \(attempt) for \(holder?.application ?? "-")"
    case .endingHolder(let holder): "ending \(holder.application ?? "-")"
    case .locked: nil
    case .resuming(let step, let done): "resuming \(step.script.script) after \(done)"
    case .rebuilding(let step, let index): "rebuilding \(index) of \(step.script.script)"
    case .planned(let plan): "planned \(plan.steps.count)"
    case .undoing(let plan): "undoing \(plan.steps.count)"
    case .started(let step): "started \(step.script.script)"
    case .callback(let event, let script): "callback \(event.rawValue) \(script)"
    case .callbackFailed(let event, let script, _): "callback failed \(event.rawValue) \(script)"
    case .retrying(_, let attempt, let delay, _): "retrying \(attempt) after \(delay)"
    case .settling(let step, _): "settling \(step.script.script)"
    case .notice(let severity, let message, _): severity == "WARNING" ? "warning \(message)" : nil
    case .statement, .resultTable, .backfill: nil
    case .program(let script, _): "program \(script)"
    case .programOutput(let script, let line): "\(script) wrote \(line)"
    case .applied(let step, _): "applied \(step.script.script)"
    case .failed(let step, let failure): "failed \(step.script.script) \(failure.sqlState ?? "-")"
    }
  }
}

/// A run that should have failed did not.
struct UnexpectedSuccess: Error {}
