internal import MigrationCore
internal import Postgres

/// Flyway's history table, created, read and filled exactly as Flyway does.
///
/// Statements and shapes: flyway-database-postgresql `PostgreSQLDatabase.java`, flyway-core
/// `internal/schemahistory/*.java`.
struct SchemaHistory {
  let connection: SessionConnection
  let schema: String
  let name: String
  /// Where table and indexes are put; nil leaves it to the server.
  var tablespace: String?

  var table: String { SQLText.table(schema: schema, name: name) }

  /// Flyway's advisory lock key for this table.
  var lockKey: Int64 { HistoryLockKey.key(schema: schema, table: name) }

  /// Whether the table exists: an ordinary table, as Flyway asks.
  func exists() async throws(PostgresError) -> Bool {
    let result = try await connection.execute(
      """
      SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = \(SQLText.literal(schema)) AND c.relname = \(SQLText.literal(name)) AND c.relkind = 'r'
      """)
    return !result.rows.isEmpty
  }

  /// All rows by rank.
  func rows() async throws(PostgresError) -> [HistoryRow] {
    let result = try await connection.execute(Self.selection(of: table))
    return result.rows.map(Self.row)
  }

  /// The statements that create the table, within a transaction of the caller, with a row in it where one is wanted.
  func creation(with row: HistoryRow?) -> [String] {
    let place = tablespace.map { " TABLESPACE \(SQLText.identifier($0))" } ?? ""
    let indexPlace = tablespace.map { " USING INDEX TABLESPACE \(SQLText.identifier($0))" } ?? ""
    let create = """
      CREATE TABLE \(table) (
          "installed_rank" INT NOT NULL,
          "version" VARCHAR(50),
          "description" VARCHAR(200) NOT NULL,
          "type" VARCHAR(20) NOT NULL,
          "script" VARCHAR(1000) NOT NULL,
          "checksum" INTEGER,
          "installed_by" VARCHAR(100) NOT NULL,
          "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
          "execution_time" INTEGER NOT NULL,
          "success" BOOLEAN NOT NULL
      )\(place)
      """
    let key = "ALTER TABLE \(table) ADD CONSTRAINT \(SQLText.identifier(name + "_pk")) PRIMARY KEY (\"installed_rank\")"
    let index = "CREATE INDEX \(SQLText.identifier(name + "_s_idx")) ON \(table) (\"success\")"
    return [create] + [row.map(insertion)].compactMap(\.self) + [key + indexPlace, index + place]
  }

  /// Adds a row; an empty `installedBy` is the session's current user, `installed_on` is the server's default.
  func insert(_ row: HistoryRow) async throws(PostgresError) {
    _ = try await connection.execute(insertion(of: row))
  }

  /// Settles the row of a non-transactional migration after its last statement.
  /// - Returns: false if the row is gone, or was settled before.
  func settle(rank: Int, executionTime: Int, success: Bool) async throws(PostgresError) -> Bool {
    let result = try await connection.execute(
      """
      UPDATE \(table) SET "execution_time" = \(executionTime), "success" = \(success)
      WHERE "installed_rank" = \(rank) AND NOT "success"
      """)
    return result.affectedRows == 1
  }

  /// The statement that takes out the row of a failed migration; a row that has succeeded meanwhile stays.
  func removal(of row: HistoryRow) -> String {
    "DELETE FROM \(table) WHERE \"installed_rank\" = \(row.installedRank) AND NOT \"success\""
  }

  /// The statement that gives a row the description, type and checksum of its file.
  func alignment(of row: HistoryRow) -> String {
    """
    UPDATE \(table) SET "description" = \(SQLText.literal(row.description)), "type" = \(SQLText.literal(row.type)), \
    "checksum" = \(SQLText.number(row.checksum)) WHERE "installed_rank" = \(row.installedRank)
    """
  }

  /// The statement that adds a row.
  func insertion(of row: HistoryRow) -> String {
    let installedBy = row.installedBy.isEmpty ? "current_user" : SQLText.literal(row.installedBy)
    let values = [
      "\(row.installedRank)", SQLText.literal(row.version), SQLText.literal(row.description),
      SQLText.literal(row.type), SQLText.literal(row.script), SQLText.number(row.checksum), installedBy,
      "\(row.executionTime)", "\(row.success)",
    ]
    return """
      INSERT INTO \(table) ("installed_rank", "version", "description", "type", "script", "checksum", "installed_by", \
      "execution_time", "success") VALUES (\(values.joined(separator: ", ")))
      """
  }
}
