internal import MigrationCore
internal import Postgres

/// Keeps a baseline in the database: as the comment on the primary key of the history table.
///
/// It goes where the history goes (a dump, a restore), needs no table, and Flyway never looks at it. Who may change the
/// table may change it, so what is trusted is its digest, kept elsewhere.
struct BaselineStore {
  let connection: SessionConnection
  let schema: String
  let table: String

  /// The longest baseline.
  static let largest = 32 << 20

  private struct Place {
    let constraint: String
    let comment: String?
  }

  /// The stored text; nil where there is none, or somebody else's comment.
  func read() async throws(PostgresError) -> String? {
    guard let text = try await place()?.comment, text.hasPrefix(DriftFingerprint.mark) else { return nil }
    return text
  }

  /// Stores a text; asks before it writes, so that an equal one costs nothing.
  /// - Returns: why it cannot be stored; nil when it is.
  func write(_ text: String) async throws(PostgresError) -> String? {
    guard text.utf8.count <= Self.largest else {
      return "the baseline has more than \(Self.largest >> 20) MiB; name fewer schemas in spec.flyway.schemas"
    }
    guard let place = try await place() else {
      return "\(SQLText.table(schema: schema, name: table)) has no primary key, whose comment holds the baseline; "
        + "add Flyway's: PRIMARY KEY (installed_rank)"
    }
    if place.comment == text { return nil }
    if let comment = place.comment, !comment.isEmpty, !comment.hasPrefix(DriftFingerprint.mark) {
      return "the constraint \(place.constraint) of the history table has a comment of somebody else's; remove that"
    }
    try await connection.execute(
      """
      COMMENT ON CONSTRAINT \(SQLText.identifier(place.constraint)) ON \(SQLText.table(schema: schema, name: table)) \
      IS \(SQLText.literal(text))
      """)
    return nil
  }

  private func place() async throws(PostgresError) -> Place? {
    let result = try await connection.current.execute(
      """
      SELECT con.conname, pg_catalog.obj_description(con.oid, 'pg_constraint') AS comment
      FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = \(SQLText.literal(schema)) AND c.relname = \(SQLText.literal(table)) AND con.contype = 'p'
      """, sizeLimit: 2 * Self.largest)
    return result.rows.first.flatMap { row in
      row["conname"].map { Place(constraint: $0, comment: row["comment"]) }
    }
  }
}
