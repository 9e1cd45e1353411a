import HTTP
import TestSupport
import Testing

/// The operations endpoint of a controller that was started with `OperationsEndpoint.arguments`.
struct OperationsEndpoint {
  /// A port of the kernel's choice: the log says which.
  static let arguments = ["--operations-address", "127.0.0.1:0"]

  /// The port that it listens on.
  let port: String

  /// Finds the endpoint by the log.
  init(_ controller: RunningProcess) async throws {
    port = try await eventually("the port in the log", lastState: { controller.output }) {
      controller.output.firstMatch(of: /operations\.port"?[=:]"?(\d+)/).map { String($0.1) }
    }
  }

  /// Asks for a path; gives status and body.
  func get(_ path: String) async throws -> (status: Int, body: String) {
    let client = HTTPClient()
    let response = try await client.send(
      HTTPRequest(url: "http://127.0.0.1:\(port)\(path)", totalTimeout: .seconds(20)))
    let body = String(decoding: try await response.body.collect(upTo: 1 << 24), as: UTF8.self)
    await client.close()
    return (response.status, body)
  }

  /// The samples as they are now, by series.
  func samples() async throws -> [String: Double] {
    let lines = try await get("/metrics").body.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let samples = lines.compactMap { line -> (String, Double)? in
      guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
        return nil
      }
      return (String(line[..<space]), value)
    }
    return Dictionary(samples) { first, _ in first }
  }

  /// Whether this replica says that it leads.
  func isLeading() async throws -> Bool {
    try await samples()["leader_election_master_status{name=\"whimbrel-leader\"}"] == 1
  }
}
