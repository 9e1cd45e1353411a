internal import MigrationCore
internal import Postgres

/// Reads a fingerprint in one transaction that sees one state and can change nothing.
struct CatalogReading {
  let connection: SessionConnection
  let query: CatalogQuery
  let history: SchemaHistory

  /// Everything that decides on how a catalog reads as text.
  static let textSettings: [(name: String, value: String)] = [
    ("search_path", "pg_catalog, pg_temp"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "postgres"),
    ("TimeZone", "UTC"), ("extra_float_digits", "1"), ("bytea_output", "hex"), ("quote_all_identifiers", "off"),
  ]
  /// How long one question may take, and wait for a lock that somebody's DDL holds on a view.
  static let (statementTimeout, lockTimeout) = ("60s", "5s")
  /// The largest answer, and the most objects in all.
  private static let (largestAnswer, mostObjects) = (64 << 20, 300_000)

  /// Reads the catalog and the history.
  func read(scope: String) async throws(PostgresError) -> DriftFingerprint {
    do throws(PostgresError) {
      let fingerprint = try await readAll(scope: scope)
      try await connection.execute("COMMIT")
      return fingerprint
    } catch {
      await connection.rollBack()
      throw error
    }
  }

  private func readAll(scope: String) async throws(PostgresError) -> DriftFingerprint {
    let settings =
      [("statement_timeout", Self.statementTimeout), ("lock_timeout", Self.lockTimeout), ("jit", "off")]
      + Self.textSettings
    let calls = settings.map { "pg_catalog.set_config('\($0.0)', '\($0.1)', true)" }
    let server = try await connection.execute(
      """
      BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
        (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'citus') AS citus, \(calls.joined(separator: ", "))
      """
    ).rows.first
    let basis = DriftFingerprint.Basis(
      scope: scope, server: [server?["major"], server?["citus"]].compactMap(\.self).joined(separator: " "))
    var objects: [DriftObject] = []
    for sql in query.all {
      let result = try await connection.current.execute(sql, sizeLimit: Self.largestAnswer)
      objects += result.rows.compactMap(Self.object)
      guard objects.count <= Self.mostObjects else {
        throw PostgresError(
          code: .resultTooLarge, message: "the schemas hold more than \(Self.mostObjects) objects; name fewer schemas")
      }
    }
    if try await history.exists() { objects += DriftFingerprint.objects(of: try await history.rows()) }
    return DriftFingerprint(basis: basis, objects)
  }

  private static func object(_ row: Row) -> DriftObject? {
    guard let kind = row["kind"].flatMap({ DriftKind(rawValue: $0) }), let name = row["name"] else { return nil }
    var properties: [String: String] = [:]
    for (column, value) in zip(row.columns, row.values) where column != "kind" && column != "name" {
      properties[column] = value
    }
    return DriftObject(kind, name, properties)
  }
}
