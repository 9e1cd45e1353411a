import Glibc
import Postgres
import Subprocess
import Support
import TestSupport

/// The binary under test, run on a database of its own.
struct WhimbrelProcess: Sendable {
  /// Where the binary is; tests never build it.
  static let path = getenv("WHIMBREL_BINARY").map { String(cString: $0) }

  /// Why it cannot be run on a server; nil when it can.
  static let missing: String? = {
    guard PostgresServer.isAvailable else { return PostgresServer.unavailableReason }
    guard let path else { return "WHIMBREL_BINARY does not name the binary to test" }
    return access(path, X_OK) == 0 ? nil : "WHIMBREL_BINARY names \(path), which cannot be run; build it first"
  }()

  /// How a run ended.
  struct Outcome: Sendable {
    /// Negative for a signal.
    let status: Int
    let output: String
    let errors: String
  }

  let folder: TemporaryDirectory
  let database: String
  let server: PostgresServer
  /// Further variables.
  var environment: [String: String] = [:]

  /// Runs `body` with a new database and a folder `sql` with the given scripts in it.
  static func withDatabase<Value: Sendable>(
    _ scripts: [String: String], _ body: (WhimbrelProcess) async throws -> Value
  ) async throws -> Value {
    let server = try await PostgresServer.shared()
    let name = "commands_" + String(UInt64.random(in: .min ... .max), radix: 36)
    let administrator = try await PostgresConnection.connect(server.parameters())
    _ = try await administrator.execute("CREATE DATABASE \(name)")
    let process = WhimbrelProcess(folder: try TemporaryDirectory(), database: name, server: server)
    try process.write(scripts)
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(process)) } catch { outcome = .failure(error) }
    _ = try await administrator.execute("DROP DATABASE \(name) WITH (FORCE)")
    await administrator.close()
    return try outcome.get()
  }

  /// Writes scripts into the folder `sql`.
  func write(_ scripts: [String: String]) throws {
    for (name, text) in scripts { try folder.write(text, to: "sql/\(name)") }
  }

  /// Opens a session on the database.
  func connect(applicationName: String = "whimbrel-tests") async throws -> PostgresConnection {
    var parameters = server.parameters(database: database)
    parameters.applicationName = applicationName
    return try await PostgresConnection.connect(parameters)
  }

  /// The first column of the first row.
  func value(_ sql: String) async throws -> String? {
    let connection = try await connect()
    let result = try await connection.execute(sql)
    await connection.close()
    return result.rows.first?[0]
  }

  /// Runs the binary to its end.
  func run(_ arguments: [String]) async throws -> Outcome {
    try await run(arguments) { _ in }
  }

  /// Runs the binary with a bound on its memory: beyond that it aborts.
  func run(_ arguments: [String], megabytes: Int) async throws -> Outcome {
    let limited = "ulimit -d \(megabytes * 1_000_000 / 1024) && exec \"$0\" \"$@\""
    return try await start(["sh", "-c", limited, Self.path ?? ""] + arguments) { _ in }
  }

  /// Runs the binary from a shell, with something behind its command line.
  func run(_ arguments: [String], redirection: String) async throws -> Outcome {
    let words = ([Self.path ?? ""] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try await start(["sh", "-c", "\(words) \(redirection)"]) { _ in }
  }

  /// Runs the binary in a pseudo-terminal of 100 columns; what it writes comes together.
  func runInTerminal(_ arguments: [String]) async throws -> Outcome {
    let quoted = ([Self.path ?? ""] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try await start(
      ["script", "--quiet", "--return", "--command", "stty cols 100; exec \(quoted)", "/dev/null"]) { _ in }
  }

  /// Runs the binary, and `body` beside it, which may send it signals.
  func run(
    _ arguments: [String], _ body: @escaping @Sendable (_ signal: @Sendable (CInt) throws -> Void) async throws -> Void
  ) async throws -> Outcome {
    try await start([Self.path ?? ""] + arguments, body)
  }

  private func start(
    _ command: [String], _ body: @escaping @Sendable (_ signal: @Sendable (CInt) throws -> Void) async throws -> Void
  ) async throws -> Outcome {
    let variables = [
      "HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "TERM": "xterm",
      "FLYWAY_URL": "jdbc:postgresql://127.0.0.1:\(server.port)/\(database)", "FLYWAY_USER": PostgresServer.user,
      "FLYWAY_PASSWORD": server.password.reveal(), "FLYWAY_LOCATIONS": "filesystem:sql",
    ].merging(environment) { $1 }
    let words =
      ["-c", "cd \"$0\" && exec \"$@\"", folder.path, "/usr/bin/env", "-i"]
      + variables.map { "\($0.key)=\($0.value)" } + command
    let result = try await Subprocess.run(
      .name("sh"), arguments: Arguments(words), input: .none, output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: (output: String, errors: String).self) { group in
        group.addTask { (try await Self.text(execution.standardOutput), "") }
        group.addTask { ("", try await Self.text(execution.standardError)) }
        do {
          try await body { number in try execution.send(signal: Signal(rawValue: number)) }
        } catch {
          try? execution.send(signal: .kill)
          throw error
        }
        var texts = (output: "", errors: "")
        for try await part in group { texts = (texts.output + part.output, texts.errors + part.errors) }
        return texts
      }
    }
    let status: Int =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let number): -Int(number)
      }
    return Outcome(status: status, output: result.closureResult.output, errors: result.closureResult.errors)
  }

  private static func text(_ chunks: SubprocessOutputSequence) async throws -> String {
    var bytes: [UInt8] = []
    for try await chunk in chunks { chunk.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return String(decoding: bytes, as: UTF8.self)
  }
}
