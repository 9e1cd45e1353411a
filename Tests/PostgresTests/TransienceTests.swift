import Testing

@testable import Postgres

struct TransienceTests {
  @Test(
    "a state that passes by itself is transient",
    arguments: [
      "08000", "08001", "08003", "08004", "08006", "08P01", "57P01", "57P02", "57P03", "53300", "40001", "40P01",
      "55P03",
      "25006",
    ])
  func transient(state: String) {
    #expect(SQLState(rawValue: state).isTransient)
    #expect(PostgresError(code: .server, message: "", sqlState: SQLState(rawValue: state)).isTransient)
  }

  @Test(
    "a state that needs a person is not transient, nor is Citus's catch-all",
    arguments: [
      "00000", "23505", "25001", "25P02", "28000", "28P01", "3D000", "42601", "42P01", "42P07", "42501", "57014",
      "57P04",
      "XX000", "0A000", "", "x",
    ])
  func lasting(state: String) {
    #expect(!SQLState(rawValue: state).isTransient)
    #expect(!PostgresError(code: .server, message: "", sqlState: SQLState(rawValue: state)).isTransient)
  }

  private typealias Row = (text: String, code: PostgresError.Code, state: String?, isTransient: Bool)

  private static let rows: [Row] = [
    (
      "connection to server at \"h\" (1.2.3.4), port 5432 failed: FATAL:  28P01: password authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:336\n",
      .authenticationFailed, "28P01", false
    ),
    (
      "connection to server at \"h\", port 1 failed: FATAL:  28000: no pg_hba.conf entry for host\nLOCATION:  x\nconnection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed",
      .authenticationFailed, "28000", false
    ),
    (
      "connection to server at \"h\", port 1 failed: FATAL:  57P03: the database system is starting up",
      .connectionFailed, "57P03", true
    ),
    ("… failed: FATAL:  53300: sorry, too many clients already", .connectionFailed, "53300", true),
    ("… failed: FATAL:  3D000: database \"d\" does not exist", .connectionFailed, "3D000", false),
    ("… failed: FATALE:  3D000: la base de données n'existe pas", .connectionFailed, "3D000", false),
    (
      "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
      .connectionFailed, nil, true
    ),
    ("… failed: server closed the connection unexpectedly", .connectionFailed, nil, true),
    ("… failed: No route to host", .connectionFailed, nil, true),
    ("… failed: SSL SYSCALL error: Connection reset by peer", .connectionFailed, nil, true),
    ("… failed: fe_sendauth: no password supplied", .authenticationFailed, nil, false),
    ("… failed: SSL error: certificate verify failed", .connectionFailed, nil, false),
    (
      "… failed: server certificate for \"a\" does not match host name \"b\"", .connectionFailed, nil, false
    ),
    ("… failed: server does not support SSL, but SSL was required", .connectionFailed, nil, false),
  ]

  @Test("libpq's text about a refused connection is understood", arguments: 0..<14)
  func failures(index: Int) {
    let row = Self.rows[index]
    let failure = ConnectFailure(row.text)
    #expect(failure.code == row.code)
    #expect(failure.sqlState?.rawValue == row.state)
    #expect(failure.isTransient == row.isTransient)
    #expect(!failure.message.contains("LOCATION"))
  }
}
