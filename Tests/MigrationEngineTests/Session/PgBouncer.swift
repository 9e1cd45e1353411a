import Glibc
import Postgres
import Support
import TestSupport

/// The real PgBouncer, of Debian's package `pgbouncer`, in front of the shared test server.
enum PgBouncer {
  /// Nil where it is not installed.
  private static let path: String? = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first { access($0, X_OK) == 0 }

  /// Why there is none; nil where there is one.
  static let unavailableReason: String? =
    path == nil ? "PgBouncer is not installed (Debian's package pgbouncer)" : PostgresServer.unavailableReason

  /// Runs `body` with parameters that go through it.
  static func run<Value: Sendable>(
    mode: String, settings: [String] = [], _ body: (ConnectionParameters) async throws -> Value
  ) async throws -> Value {
    let server = try await PostgresServer.shared()
    let port = Int.random(in: 30_000..<32_000)
    let configuration =
      ([
        "[databases]",
        "postgres = host=127.0.0.1 port=\(server.port) user=\(PostgresServer.user) password=\(server.password.reveal())",
        "[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = \(port)", "unix_socket_dir =", "auth_type = any",
        "pool_mode = \(mode)",
      ] + settings).joined(separator: "\n")
    // It refuses root, and its file holds a password.
    let script = """
      set -e
      folder=$(mktemp -d); chmod 700 "$folder"; trap 'kill "$child"; wait; rm -rf "$folder"' EXIT TERM
      cat >"$folder/pgbouncer.ini" <<'END'
      \(configuration)
      END
      as=
      if [ "$(id -u)" = 0 ]; then
        chown -R postgres "$folder"; as='/usr/bin/setpriv --reuid=postgres --regid=postgres --clear-groups'
      fi
      $as \(path ?? "pgbouncer") "$folder/pgbouncer.ini" & child=$!
      wait "$child"
      """
    return try await RunningProcess.run("/bin/bash", ["-c", script]) { process in
      try await process.waitForOutput("process up")
      var parameters = server.parameters()
      parameters.port = port
      parameters.password = nil
      return try await body(parameters)
    }.value
  }
}
