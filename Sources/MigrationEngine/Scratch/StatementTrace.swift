internal import MigrationCore
internal import Postgres
internal import Support

/// Watches what statements do while they run in a scratch database: locks, rewrites, scans.
///
/// Locks are read over a second session, so that reading adds none; what only the transaction itself can see, new files of
/// tables and scans, is asked of it. Tables that the transaction itself has made are not seen, and nobody waits for them.
final class StatementTrace: Sendable {
  private let observer: SessionConnection
  private let backend: Int32
  private let isCitus: Bool
  /// Whether migrations share a transaction.
  private let isGrouped: Bool
  private let state = Guarded(State())

  struct State {
    /// Whether what happens is written down: not while applied migrations are repeated.
    var isRecording = false
    var steps: [StepEffects] = []
    /// Of the transaction that is open, as of the last look.
    var seen = Look()
  }

  /// What was seen at one moment in one transaction.
  struct Look: Sendable, Equatable {
    var locks: Set<HeldLock> = []
    /// The file of each table and shard that is locked, by oid.
    var files: [String: String] = [:]
    /// How often each of them was read from end to end.
    var scans: [String: Int] = [:]
    /// Their files as all others see them.
    var committed: [String: String] = [:]
    /// The table of each, also of a shard.
    var tables: [String: ObjectName] = [:]
  }

  /// A lock that a session of the scratch database holds on a table that was there before.
  struct HeldLock: Sendable, Hashable {
    /// The table, also where a shard of it is locked.
    let table: ObjectName
    let isOfShard: Bool
    let mode: LockMode
  }

  /// - Parameter backend: the process that runs the migrations.
  init(observer: SessionConnection, backend: Int32, isCitus: Bool, isGrouped: Bool) {
    self.observer = observer
    self.backend = backend
    self.isCitus = isCitus
    self.isGrouped = isGrouped
  }

  /// Lets a session see shards, which Citus hides.
  static func prepare(_ observer: SessionConnection) async throws(PostgresError) {
    try await observer.execute("SET citus.show_shards_for_app_name_prefixes = '*'")
    try await observer.execute("SET citus.override_table_visibility = off")
    try await observer.execute("SET statement_timeout = '30s'")
  }

  /// What was written down, by migration.
  var steps: [StepEffects] { state.withLock { $0.steps } }

  func startRecording() { state.withLock { $0.isRecording = true } }

  /// A migration begins.
  func begin(_ step: PlannedStep) {
    state.withLock { state in
      if !isGrouped { state.seen = Look() }
      guard state.isRecording else { return }
      state.steps.append(StepEffects(script: step.script.script))
    }
  }

  /// A transaction is about to begin: what was counted before it is not counted again.
  func start(on connection: SessionConnection) async throws(StepStop) {
    guard state.withLock({ $0.isRecording }) else { return }
    do throws(PostgresError) {
      try await connection.execute("SELECT pg_catalog.pg_stat_force_next_flush()")
    } catch {
      throw .server(error)
    }
  }

  /// Writes down why a migration failed.
  func refuse(_ refusal: StepEffects.Refusal) {
    state.withLock { state in
      guard !state.steps.isEmpty else { return }
      state.steps[state.steps.count - 1].refusal = refusal
    }
  }

  /// Whether a statement may run in a scratch database; writes down why it may not.
  func mayRun(_ statement: SQLStatement) -> Bool {
    guard let reason = ScratchExclusion.reason(for: statement) else { return true }
    record(StatementEffect(line: statement.line, verb: statement.facts.verb, omission: reason))
    return false
  }

  /// Looks at what a statement has done, while its transaction is open.
  /// - Throws: `refused` if it has changed what all databases share; the transaction is then to be rolled back.
  func look(after statement: SQLStatement, on connection: SessionConnection) async throws(StepStop) {
    guard await connection.isInTransaction() else {
      record(StatementEffect(line: statement.line, verb: statement.facts.verb, isObserved: false))
      return state.withLock { $0.seen = Look() }
    }
    let shared: String?
    var now = Look()
    do throws(PostgresError) {
      shared = try await sharedCatalogChanged()
      if shared == nil, state.withLock({ $0.isRecording }) { now = try await look(on: connection) }
    } catch {
      throw .server(error)
    }
    if let shared {
      throw .refused(
        EngineError(
          .refused, "line \(statement.line) changes \(shared), which all databases share; it was rolled back"))
    }
    let before = state.withLock { state in
      defer { state.seen = now }
      return state.seen
    }
    record(Self.effect(of: statement, from: before, to: now))
  }

  private func record(_ effect: StatementEffect) {
    state.withLock { state in
      guard state.isRecording, !state.steps.isEmpty else { return }
      let last = state.steps.count - 1
      guard state.steps[last].statements.count < Self.mostStatements else { return }
      state.steps[last].statements.append(effect)
    }
  }

  /// Of one migration.
  private static let mostStatements = 10_000

  /// What came to be between two looks.
  ///
  /// The lock of a table is the strongest that its transaction holds by then: one that an earlier statement has taken
  /// makes others wait as well.
  static func effect(of statement: SQLStatement, from before: Look, to now: Look) -> StatementEffect {
    var held: [ObjectName: TableEffect] = [:]
    for lock in now.locks {
      let path: WritableKeyPath<TableEffect, LockMode?> = lock.isOfShard ? \.shardLock : \.lock
      var effect = held[lock.table] ?? TableEffect(lock.table)
      effect[keyPath: path] = [effect[keyPath: path], lock.mode].compactMap(\.self).max()
      held[lock.table] = effect
    }
    var changed = Set(now.locks.subtracting(before.locks).map(\.table))
    // TRUNCATE gives new files, with nothing in them.
    for (oid, table) in now.tables where statement.facts.verb != "TRUNCATE" {
      // What was not seen before had the file then that the catalog shows to others.
      if let file = now.files[oid], file != before.files[oid] ?? now.committed[oid] {
        held[table]?.isRewritten = true
        changed.insert(table)
      }
      if now.scans[oid, default: 0] > before.scans[oid, default: 0] {
        held[table]?.isScanned = true
        changed.insert(table)
      }
    }
    let effects = held.values.sorted { $0.table.description < $1.table.description }
    var effect = StatementEffect(
      line: statement.line, verb: statement.facts.verb, tables: effects.filter { changed.contains($0.table) })
    effect.held = effects
    return effect
  }
}

// MARK: Questions

extension StatementTrace {
  // Catalogs that are one for the whole server. `pg_shdepend` and `pg_shdescription` change with objects of a database.
  private static let sharedCatalogs = [
    "pg_authid", "pg_auth_members", "pg_database", "pg_db_role_setting", "pg_tablespace", "pg_subscription",
    "pg_parameter_acl", "pg_replication_origin",
  ]

  private func sharedCatalogChanged() async throws(PostgresError) -> String? {
    let names = Self.sharedCatalogs.map { SQLText.literal($0) }.joined(separator: ", ")
    let result = try await observer.execute(
      """
      SELECT c.relname FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
      WHERE l.pid = \(backend) AND l.database = 0 AND l.granted AND c.relname IN (\(names))
        AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') LIMIT 1
      """)
    return result.rows.first?["relname"]
  }

  private func look(on connection: SessionConnection) async throws(PostgresError) -> Look {
    let held = try await observer.execute(isCitus ? Self.locks(shards: Self.shards) : Self.locks(shards: nil)).rows
    var look = Look()
    for row in held {
      guard let oid = row["oid"], let name = row["name"] else { continue }
      let table = ObjectName(schema: row["schema"], name: name)
      look.tables[oid] = table
      look.committed[oid] = row["file"]
      guard let mode = row["mode"].flatMap(LockMode.init(catalogName:)) else { continue }
      look.locks.insert(HeldLock(table: table, isOfShard: row["is_shard"] == "t", mode: mode))
    }
    guard !look.tables.isEmpty else { return look }
    let own = try await connection.execute(
      """
      SELECT c.oid, c.relfilenode AS file, coalesce(s.seq_scan, 0) AS scans
      FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
      WHERE c.oid IN (\(look.tables.keys.joined(separator: ", ")))
      """)
    for row in own.rows {
      guard let oid = row["oid"] else { continue }
      look.files[oid] = row["file"]
      look.scans[oid] = row["scans"].flatMap { Int($0) }
    }
    return look
  }

  /// Shards by their oid, with the table that each belongs to.
  private static let shards = """
    SELECT t.oid AS shard, s.logicalrelid::oid AS parent FROM pg_catalog.pg_dist_shard s
    JOIN pg_catalog.pg_class p ON p.oid = s.logicalrelid
    JOIN pg_catalog.pg_class t ON t.relnamespace = p.relnamespace
      AND t.relname = split_part(pg_catalog.shard_name(s.logicalrelid, s.shardid, false), '.', 2)
    """

  // Client backends of this database are the migrations' own and those by which Citus reaches its shards.
  private static func locks(shards: String?) -> String {
    """
    WITH shards AS (\(shards ?? "SELECT NULL::oid AS shard, NULL::oid AS parent WHERE false")),
    held AS (
      SELECT l.relation, l.mode FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.backend_type = 'client backend'
      WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
    SELECT DISTINCT c.oid, n.nspname AS schema, p.relname AS name, held.mode, shards.shard IS NOT NULL AS is_shard,
      c.relfilenode AS file
    FROM held JOIN pg_catalog.pg_class c ON c.oid = held.relation AND c.relkind IN ('r', 'p', 'm')
    LEFT JOIN shards ON shards.shard = c.oid
    JOIN pg_catalog.pg_class p ON p.oid = coalesce(shards.parent, c.oid)
    JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
    WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'citus', 'columnar')
      AND n.nspname NOT LIKE 'citus\\_internal%' AND n.nspname NOT LIKE 'columnar\\_internal%'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """
  }
}
