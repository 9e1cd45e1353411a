import Glibc
import Postgres
import Support
import TestSupport
import Testing

/// The binary under test, on a database, to be killed.
struct KilledBinary {
  /// Where it is; tests never build it.
  static let path = getenv("WHIMBREL_BINARY").map { String(cString: $0) }

  /// Why it cannot be run; nil when it can.
  static let missing: String? = {
    guard CitusCluster.isAvailable else { return CitusCluster.unavailableReason }
    guard let path else { return "WHIMBREL_BINARY does not name the binary to test" }
    return access(path, X_OK) == 0 ? nil : "WHIMBREL_BINARY names \(path), which cannot be run; build it first"
  }()

  let database: CitusDatabase
  let folder: TemporaryDirectory
  /// Of the migrations and their history.
  let schema: String

  init(_ database: CitusDatabase, schema: String, _ files: KeyValuePairs<String, String>) throws {
    (self.database, self.schema) = (database, schema)
    folder = try TemporaryDirectory()
    for (name, text) in files { try folder.write(text, to: name) }
  }

  /// Runs `migrate`, and `body` beside it, over a port that need not be the server's own.
  func migrate(
    port: Int? = nil, _ body: (RunningProcess) async throws -> Void = { try await $0.waitForEnd() }
  ) async throws -> (output: String, ending: RunningProcess.Ending) {
    let parameters = database.parameters()
    let address = "127.0.0.1:\(port ?? parameters.port)/\(database.name)?sslmode=disable"
    let arguments = [
      "migrate", "--url", "postgresql://\(address)", "--user", parameters.user,
      "--password", parameters.password?.reveal() ?? "", "--locations", "filesystem:\(folder.path)",
      "--schemas", schema,
    ]
    let (output, ending) = try await RunningProcess.run(Self.path ?? "", arguments) { process in
      try await body(process)
      return process.output
    }
    return (output, ending)
  }

  /// Runs `migrate`, kills it at a message to the server, and runs it again to its end.
  ///
  /// - Parameter marker: Messages are counted from the first one that contains it.
  /// - Returns: the message; nil if there are not so many, and the first run came to its end.
  func migrate(killedAt number: Int, _ stop: MessageRelay.Stop, after marker: String) async throws -> String? {
    let relay = MessageRelay(to: database.parameters().port, from: marker, at: number, stop)
    let killed = try await migrate(port: relay.port) { process in
      _ = try await eventually("the query is reached, or the end", timeout: .seconds(60), every: .milliseconds(5)) {
        relay.stoppedAt != nil || process.hasEnded ? true : nil
      }
      if relay.stoppedAt != nil { try process.kill() }
    }
    relay.end()
    guard let query = relay.stoppedAt else {
      #expect(killed.ending == .exited(0), "\(killed.output)")
      return nil
    }
    #expect(killed.ending == .signalled(9))
    let again = try await migrate()
    #expect(again.ending == .exited(0), "\(stop) \(number) \(query): \(again.output)")
    return query
  }
}
