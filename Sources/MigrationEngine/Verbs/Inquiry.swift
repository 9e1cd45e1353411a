internal import MigrationCore

/// The verbs that only look: `info` and `validate`.
struct Inquiry {
  let session: MigrationSession
  let request: RunRequest

  private var settings: MigrationSettings { request.settings }

  func info() async throws(EngineError) -> HistoryReport {
    let callbacks = try CallbackRunner(
      session, request, events: [.afterConnect, .beforeInfo, .afterInfo, .afterInfoError, .afterInfoOperationFinish])
    try await callbacks.fire(.afterConnect)
    try await callbacks.fire(.beforeInfo)
    let snapshot: HistorySnapshot
    do throws(EngineError) {
      snapshot = try await session.readHistory(settings)
    } catch {
      await callbacks.fire(.afterInfoError, after: error)
      throw error
    }
    let overview = overview(of: snapshot)
    let problems = request.scripts.problems + overview.problems
    if let error = EngineError.refusing(problems) {
      await callbacks.fire(.afterInfoError, after: error)
    } else {
      try await callbacks.fire(.afterInfo)
      try await callbacks.fire(.afterInfoOperationFinish)
    }
    return HistoryReport(snapshot: snapshot, overview: overview, problems: problems)
  }

  func validate() async throws(EngineError) -> ValidationReport {
    let callbacks = try CallbackRunner(
      session, request, events: [.afterConnect, .beforeValidate, .afterValidate, .afterValidateError])
    try await callbacks.fire(.afterConnect)
    var snapshot = try await session.readHistory(settings)
    if snapshot.isSchemaMissing { return try withoutSchema(snapshot) }
    if callbacks.callbacks[.beforeValidate] != nil {
      try await callbacks.fire(.beforeValidate)
      snapshot = try await session.readHistory(settings)
    }
    let overview = overview(of: snapshot)
    let unreadable = PendingBackfills.problems(of: overview, settings: settings)
    if let error = EngineError.refusing(request.scripts.problems + overview.problems + unreadable) { throw error }
    let problems = MigrationValidation.problems(of: overview, ignoring: settings.ignoreMigrationPatterns)
    if let error = EngineError.refusing(problems, isOfValidation: true) {
      await callbacks.fire(.afterValidateError, after: error)
    } else {
      try await callbacks.fire(.afterValidate)
    }
    return report(snapshot, overview, problems)
  }

  private func overview(of snapshot: HistorySnapshot) -> MigrationOverview {
    MigrationOverview(set: request.scripts, history: snapshot.rows, settings: settings)
  }

  private func report(
    _ snapshot: HistorySnapshot, _ overview: MigrationOverview, _ problems: [ValidationProblem]
  ) -> ValidationReport {
    let warnings = overview.migrations.isEmpty ? ["No migrations found. Are your locations set up correctly?"] : []
    return ValidationReport(
      snapshot: snapshot, overview: overview, problems: problems,
      count: problems.isEmpty ? overview.migrations.count : 0, warnings: problems.isEmpty ? warnings : [])
  }

  // Flyway looks no further then (`DbValidate`).
  private func withoutSchema(_ snapshot: HistorySnapshot) throws(EngineError) -> ValidationReport {
    if let error = EngineError.refusing(request.scripts.problems) { throw error }
    let overview = overview(of: snapshot)
    let isPendingIgnored = settings.ignoreMigrationPatterns.contains { pattern in
      pattern.category == .any && (pattern.state == .any || pattern.state == .pending)
    }
    let problem = ValidationProblem(
      .schemaDoesNotExist, message: "Schema \"\(snapshot.schema)\" doesn't exist yet.",
      nextStep: "Run migrate, which creates it, or name the schema that is meant.")
    let problems = overview.migrations.isEmpty || isPendingIgnored ? [] : [problem]
    return ValidationReport(snapshot: snapshot, overview: overview, problems: problems, count: 0, warnings: [])
  }
}
