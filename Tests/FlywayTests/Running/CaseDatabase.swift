import Postgres
import Support
import TestSupport

/// A fresh database for one case on the shared server.
struct CaseDatabase {
  let name: String
  private let connection: PostgresConnection
  private let server: PostgresServer

  /// The JDBC address.
  var url: String { "jdbc:postgresql://127.0.0.1:\(server.port)/\(name)" }
  /// The password of every role that a case uses.
  var password: String { server.password.reveal() }

  /// Makes the database, runs `body`, and drops it.
  static func run<Value: Sendable>(_ body: (CaseDatabase) async throws -> Value) async throws -> Value {
    let server = try await PostgresServer.shared()
    let name = "flyway_" + String(UInt64.random(in: .min ... .max), radix: 36)
    let administrator = try await PostgresConnection.connect(server.parameters())
    _ = try await administrator.execute("CREATE DATABASE \(name)")
    let connection = try await PostgresConnection.connect(server.parameters(database: name))
    let outcome: Result<Value, any Error>
    do {
      outcome = .success(try await body(CaseDatabase(name: name, connection: connection, server: server)))
    } catch {
      outcome = .failure(error)
    }
    await connection.close()
    _ = try await administrator.execute("DROP DATABASE \(name) WITH (FORCE)")
    await administrator.close()
    return try outcome.get()
  }

  /// Runs SQL of the case.
  func execute(_ sql: String) async throws {
    _ = try await connection.execute(sql)
  }

  /// Runs the set-up of a case; roles belong to all databases, and get the password that this server asks for.
  func setUp(_ recorded: RecordedCase) async throws {
    guard let setup = recorded.setup else { return }
    do {
      try await execute(setup)
    } catch let error as PostgresError where error.sqlState?.description == "23505" {
      // Two cases made one role at a time.
      try await execute(setup)
    }
    if let user = recorded.config?["user"] {
      try await execute("ALTER ROLE \(user) PASSWORD '\(password)'")
    }
  }

  /// Runs `body` while another session has run SQL and stays open.
  func during<Value>(_ sql: String?, _ body: () async throws -> Value) async throws -> Value {
    guard let sql else { return try await body() }
    let session = try await PostgresConnection.connect(server.parameters(database: name))
    do {
      _ = try await session.execute(sql)
      let value = try await body()
      await session.close()
      return value
    } catch {
      await session.close()
      throw error
    }
  }
}

// MARK: What is in it

extension CaseDatabase {
  /// History, tables, schemas and the answers to the case's queries, as fields.
  func observe(_ recorded: RecordedCase) async throws -> [String: JSONValue] {
    var fields = [
      "history": try await history(recorded.historyTable), "tables": try await tables(),
      "schemas": try await schemas(),
    ]
    for (name, sql) in recorded.queries ?? [:] { fields["queries.\(name)"] = .string(try await answer(sql)) }
    return fields
  }

  private func history(_ table: (schema: String, name: String)) async throws -> JSONValue {
    let place = "'\(table.schema).\(table.name)'"
    let found = try await connection.execute("SELECT to_regclass(\(place)) AS found")
    guard found.rows.first?["found"] != nil else { return .null }
    let result = try await connection.execute(
      """
      SELECT installed_rank, version, description, type, script, checksum, success
      FROM \(table.schema).\(table.name) ORDER BY installed_rank
      """)
    return .array(
      result.rows.map { row in
        .array([
          Self.number(row[0]), .optional(row[1]), .optional(row[2]), .optional(row[3]), .optional(row[4]),
          Self.number(row[5]), .bool(row[6] == "t"),
        ])
      })
  }

  private func tables() async throws -> JSONValue {
    try await texts(
      """
      SELECT n.nspname || '.' || c.relname || CASE c.relkind WHEN 'r' THEN '' ELSE ' (' || c.relkind::text || ')' END AS text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ORDER BY (n.nspname || '.' || c.relname) COLLATE "C"
      """)
  }

  private func schemas() async throws -> JSONValue {
    try await texts(
      """
      SELECT nspname AS text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      ORDER BY nspname COLLATE "C"
      """)
  }

  private func texts(_ sql: String) async throws -> JSONValue {
    .strings(try await connection.execute(sql).rows.compactMap { $0["text"] })
  }

  // As `psql --no-align --tuples-only` prints it, or the first line of its error.
  private func answer(_ sql: String) async throws -> String {
    do throws(PostgresError) {
      let result = try await connection.execute(sql)
      return result.rows.map { $0.values.map { $0 ?? "" }.joined(separator: "|") }.joined(separator: "\n")
    } catch {
      guard let server = error.server else { throw error }
      return "ERROR ERROR:  \(server.message)"
    }
  }

  private static func number(_ text: String?) -> JSONValue {
    text.flatMap { Int($0) }.map { .number($0) } ?? .null
  }
}
