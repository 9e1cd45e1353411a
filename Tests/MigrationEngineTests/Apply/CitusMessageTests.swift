import MigrationCore
import Postgres
import Testing

@testable import MigrationEngine

@Suite("What an error of the server means")
struct CitusMessageTests {
  static func error(
    _ state: String, _ message: String, detail: String? = nil, context: String? = nil
  ) -> PostgresError {
    var server = ServerDiagnostics(severity: "ERROR", sqlState: SQLState(rawValue: state), message: message)
    server.detail = detail
    server.context = context
    return PostgresError(code: .server, message: message, server: server)
  }

  private static let node = "while executing command on w1:5432"

  @Test(
    "errors that pass by themselves are told from those that last",
    arguments: [
      (error("08006", "connection to the remote node postgres@w1:5432 failed with the following error: x"), true),
      (error("57P01", "terminating connection due to administrator command", context: node), true),
      (error("XX000", "SSL SYSCALL error: EOF detected\ninvalid socket", context: node), true),
      (error("XX000", "server closed the connection unexpectedly", context: node), true),
      (error("XX000", "server closed the connection unexpectedly"), false),
      (error("58030", "failed to COPY to shard 102024 on w1:5432", detail: "failed to send 9 bytes 1\tsecret"), true),
      (error("58030", "failed to complete COPY on w1:5432"), true),
      (error("58030", "could not write to file: I/O error"), false),
      (error("XX000", "failure on connection marked as essential: w1:5432"), true),
      (error("XX000", "failed to prepare transaction 'citus_0_1_1_1' on host w1:5432"), true),
      (error("55000", "w1:5432 is a metadata node, but is out of sync"), true),
      (error("22023", "replication_factor (1) exceeds number of worker nodes (0)"), true),
      (error("XX000", "could not acquire the lock required to colocate distributed table public.t"), true),
      (error("XX000", "tuple concurrently updated"), true),
      (error("25006", "writing to worker nodes is not currently allowed"), true),
      (error("XX000", "triggers are not supported on distributed tables"), false),
      (error("XX000", "operation is not allowed on this node"), false),
      (error("42P16", "table \"t\" is already distributed"), false),
      (error("0A000", "cannot create constraint on \"t\""), false),
    ])
  func passing(_ error: PostgresError, passes: Bool) {
    #expect(error.judgedByCitus.isTransient == passes)
    #expect(!error.withoutRetry.judgedByCitus.withoutRetry.isTransient)
  }

  @Test(
    "only locks and conflicts are tried again at once",
    arguments: [
      (error("55P03", "canceling statement due to lock timeout"), true), (error("40P01", "deadlock detected"), true),
      (error("40001", "could not serialize access"), true), (error("XX000", "tuple concurrently updated"), true),
      (error("XX000", "could not acquire the lock required to move public.t"), true),
      (error("08006", "connection to the remote node x failed"), false),
      (error("57014", "canceling statement due to statement timeout"), false),
    ])
  func locks(_ error: PostgresError, isLock: Bool) {
    #expect(error.isLockFailure == isLock)
  }

  @Test(
    "texts that may quote rows are left out",
    arguments: [
      (
        error(
          "23505", "duplicate key value violates unique constraint \"u\"", detail: "Key (a)=(secret) already exists."),
        "duplicate key value violates unique constraint \"u\""
      ),
      (
        error(
          "XX000", "duplicate key value violates unique constraint \"u_1\"", detail: "Key (a)=(secret) already exists."),
        "duplicate key value violates unique constraint \"u_1\""
      ),
      (
        error("22P02", "invalid input syntax for type integer: \"secret\""),
        "invalid input syntax for type integer: \"...\""
      ),
      (
        error("58030", "failed to COPY to shard 1 on w:1", detail: "failed to send 9 bytes secret"),
        "failed to COPY to shard 1 on w:1"
      ),
      (error("P0001", "stop", detail: "secret"), "stop"),
      (
        error("08006", "x failed: Connection refused\n\tIs the server running?"),
        "x failed: Connection refused Is the server running?"
      ),
      (
        error("2BP01", "cannot drop table t", detail: "view v depends on table t"),
        "cannot drop table t: view v depends on table t"
      ),
    ])
  func secrecy(_ error: PostgresError, text: String) throws {
    let failure = StepFailure(step: try Self.step("SELECT 1"), statement: nil, error: error, isRolledBack: true)
    #expect(failure.message == text)
    #expect(!failure.summary.contains("secret"))
  }

  @Test("a place inside a statement becomes line and column of the file, counted in characters")
  func place() throws {
    let step = try Self.step("SELECT 1;\n-- ü\n  SELECT 'é',\n   nowhere;")
    var server = ServerDiagnostics(severity: "ERROR", sqlState: SQLState(rawValue: "42703"), message: "no column")
    server.statementPosition = 16
    let error = PostgresError(code: .server, message: "no column", server: server)
    let failure = StepFailure(step: step, statement: step.statements[1], error: error, isRolledBack: true)
    #expect(failure.summary == "V1__a.sql:4:4: [42703] no column; rolled back")
  }

  @Test(
    "people are told what to do where the server says nothing",
    arguments: [
      ("25001", "executeInTransaction=false in V1__a.sql.conf"),
      ("2D000", "executeInTransaction=false in V1__a.sql.conf"),
      ("42501", "grant it to the role"),
    ])
  func advice(state: String, text: String) throws {
    let failure = StepFailure(
      step: try Self.step("SELECT 1"), statement: nil, error: Self.error(state, "no"), isRolledBack: true)
    #expect(failure.hint?.contains(text) == true)
  }

  private static func step(_ sql: String) throws -> PlannedStep {
    let set = MigrationSet.resolve(
      [ScriptFile(path: "V1__a.sql", bytes: Array(sql.utf8))], settings: MigrationSettings())
    return try #require(MigrationPlan.make(set: set, history: [], settings: MigrationSettings()).steps.first)
  }
}
