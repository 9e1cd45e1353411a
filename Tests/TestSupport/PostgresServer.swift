internal import Glibc
package import Postgres
package import Support

/// A throw-away PostgreSQL for tests: its own folder and port, password by SCRAM, TLS on.
///
/// It ends, and its folder goes, when the test process has ended, however that ended. As root it runs as the user
/// `postgres`, since PostgreSQL refuses root.
package struct PostgresServer: Sendable {
  /// The superuser.
  package static let user = "postgres"

  /// The port on 127.0.0.1.
  package let port: Int
  /// The superuser's password, new for each server.
  package let password: Redacted<String>
  /// The folder with data, certificates and log.
  package let directory: String
  /// Certificates for this server and its clients.
  package let certificates: PostgresServerCertificates

  /// Why no server can be started here; nil when one can.
  ///
  /// For `.enabled(if: PostgresServer.isAvailable, ...)`.
  package static let unavailableReason: String? =
    PostgresServerBinaries.folder == nil
    ? "no PostgreSQL found: set WHIMBREL_PG_BIN or install the package postgresql" : nil

  /// Whether a server can be started here.
  package static var isAvailable: Bool { unavailableReason == nil }

  /// The server that all tests of this process share; started by the first who asks.
  package static func shared() async throws -> PostgresServer {
    try await SharedPostgresServer.instance.server()
  }

  /// Starts another server, for tests that need one of their own; `settings` are lines of postgresql.conf.
  package static func start(settings: [String] = []) async throws -> PostgresServer {
    guard let binaries = PostgresServerBinaries.folder else {
      throw PostgresServerError(message: unavailableReason ?? "no PostgreSQL found")
    }
    let launch = try PostgresServerLaunch(binaries: binaries, settings: settings)
    return try await launch.run()
  }

  /// Parameters for the superuser on a database of this server; by default without TLS.
  package func parameters(database: String = "postgres", tls: TLS = TLS(mode: .disable)) -> ConnectionParameters {
    // Many tests at once on a small machine: slow is no failure.
    ConnectionParameters(
      host: "127.0.0.1", port: port, database: database, user: Self.user, password: password, tls: tls,
      applicationName: "whimbrel-tests", connectTimeout: .seconds(60))
  }
}

/// Why a test server did not start.
package struct PostgresServerError: Error, CustomStringConvertible {
  /// What went wrong, with the output of the command.
  package let message: String
  /// The message.
  package var description: String { message }
}

/// Starts the shared server once; those who come while it starts wait for the same one.
private actor SharedPostgresServer {
  static let instance = SharedPostgresServer()
  private var starting: Task<PostgresServer, any Error>?

  func server() async throws -> PostgresServer {
    // Unstructured, so that the first test may end or be cancelled without ending the server of the others.
    let task = starting ?? Task { try await PostgresServer.start() }
    starting = task
    return try await task.value
  }
}

/// Where PostgreSQL's programs are.
enum PostgresServerBinaries {
  /// `WHIMBREL_PG_BIN`, else the newest version of Debian's layout.
  static let folder: String? = {
    if let named = getenv("WHIMBREL_PG_BIN") {
      return String(cString: named)
    }
    let root = "/usr/lib/postgresql"
    guard let listing = opendir(root) else {
      return nil
    }
    defer { closedir(listing) }
    var newest: Int?
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let version = Int(name), access("\(root)/\(name)/bin/initdb", X_OK) == 0 {
        newest = max(newest ?? version, version)
      }
    }
    return newest.map { "\(root)/\($0)/bin" }
  }()
}
