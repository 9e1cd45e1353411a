internal import MigrationCore
internal import Postgres

/// Creates what is missing before the first migration: schemas, history table, marker rows; all in one transaction.
struct SchemaPreparation {
  let session: MigrationSession
  let request: RunRequest
  let callbacks: CallbackRunner

  private var settings: MigrationSettings { request.settings }

  /// - Parameter baseline: the row that a new table starts with.
  /// - Parameter isVerb: whether `baseline` itself was asked for, which fires its own events.
  /// - Returns: the rows that were written.
  func perform(
    _ snapshot: HistorySnapshot, baseline: HistoryRow?, isVerb: Bool
  ) async throws(EngineError) -> [HistoryRow] {
    try await fireEvents()
    guard snapshot.needsPreparation(settings: settings) else { return [] }
    guard baseline != nil, !isVerb else { return try await create(snapshot, baseline) }
    try await callbacks.fire(.beforeBaseline)
    let rows: [HistoryRow]
    do throws(EngineError) {
      rows = try await create(snapshot, baseline)
    } catch {
      await callbacks.fire(.afterBaselineError, after: error)
      throw error
    }
    try await callbacks.fire(.afterBaseline)
    return rows
  }

  /// Tells that schemas may be created, as Flyway does also where all are there.
  func fireEvents() async throws(EngineError) {
    guard settings.createSchemas else { return }
    try await callbacks.fire(.createSchema)
    try await callbacks.fire(.beforeCreateSchema)
  }

  /// Creates what is missing.
  func create(_ snapshot: HistorySnapshot, _ baseline: HistoryRow?) async throws(EngineError) -> [HistoryRow] {
    let table = session.schemaHistory(settings)
    let missing = settings.createSchemas ? snapshot.missingSchemas : []
    var added: [HistoryRow] = []
    var statements = missing.map { "CREATE SCHEMA \(SQLText.identifier($0))" }
    if !snapshot.tableExists {
      statements += table.creation(with: baseline)
      added += [baseline].compactMap(\.self)
    }
    if !missing.isEmpty {
      let marker = HistoryRow.marker(
        rank: HistoryRow.nextInstalledRank(after: snapshot.rows + added, type: .schema), version: nil, type: .schema,
        text: "<< Flyway Schema Creation >>", script: missing.map(SQLText.identifier).joined(separator: ","),
        installedBy: settings.installedBy)
      statements.append(table.insertion(of: marker))
      added.append(marker)
    }
    do throws(PostgresError) {
      _ = try await session.reset(settings)
      for statement in ["BEGIN"] + statements + ["COMMIT"] {
        try await session.connection.execute(statement)
      }
    } catch {
      await session.connection.rollBack()
      throw EngineError(connection: error, while: "creating the history table")
    }
    return added
  }
}

extension HistoryRow {
  /// A row that marks an event and stands for no script.
  static func marker(
    rank: Int, version: String?, type: HistoryType, text: String, script: String? = nil, installedBy: String?
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: version, description: HistoryText.description(text), type: type.rawValue,
      script: HistoryText.script(script ?? text), checksum: nil, installedBy: installedBy ?? "", installedOn: "",
      executionTime: 0, success: true)
  }
}
