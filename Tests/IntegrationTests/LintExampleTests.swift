import MigrationCore
import MigrationLint
import Postgres
import TestSupport
import Testing

@Suite("The examples of the lint rules, run", .statesCitus)
struct LintExampleTests {
  @Test(
    "are refused by Citus with the message that they name, or taken",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func examples() async throws {
    try await CitusCluster.shared().withDatabase { database in
      for rule in Rule.all {
        for example in rule.examples where example.isForServer {
          // Not `public`: views of the extension are there.
          try await database.run("DROP SCHEMA IF EXISTS example CASCADE")
          try await database.run("CREATE SCHEMA example")
          let refusal = try await Self.refusal(of: example, database)
          if let expected = example.refusal {
            #expect(refusal?.contains(expected) == true, "\(rule.id): \(refusal ?? "taken"): \(example.text)")
          } else {
            #expect(refusal == nil, "\(rule.id): \(example.text)")
          }
        }
      }
    }
  }

  /// What the server says when it refuses an example; nil if it takes all of it.
  private static func refusal(of example: RuleExample, _ database: CitusDatabase) async throws -> String? {
    let connection = try await database.connect()
    var refusal: String?
    _ = try await connection.execute("SET search_path = example")
    for file in example.files where refusal == nil { refusal = try await run(file.text, on: connection) }
    await connection.close()
    return refusal
  }

  /// Runs one file as a runner does: in a transaction, unless a statement of it refuses that.
  private static func run(_ text: String, on connection: PostgresConnection) async throws -> String? {
    let statements = try StatementSplitter.split(text)
    let isTransactional = statements.allSatisfy(\.isTransactional)
    do throws(PostgresError) {
      if isTransactional {
        _ = try await connection.execute("BEGIN")
        _ = try await connection.execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
      }
      for statement in statements { _ = try await connection.execute(statement.text) }
      if isTransactional { _ = try await connection.execute("COMMIT") }
      return nil
    } catch {
      return "\(error.message) \(error.server?.message ?? "") \(error.server?.detail ?? "")"
    }
  }
}
