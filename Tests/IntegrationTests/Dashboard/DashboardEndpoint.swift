import HTTP
import TestSupport

/// The dashboard of a controller.
struct DashboardEndpoint {
  /// A port of the kernel's choice, for everybody.
  static let open = ["--dashboard-address", "127.0.0.1:0", "--dashboard-authentication", "none"]
  /// The same for those who may list resources.
  static let guarded = ["--dashboard-address", "127.0.0.1:0"]

  let url: String

  /// Finds it by the log.
  init(_ controller: RunningProcess) async throws {
    let port = try await eventually("the port in the log", lastState: { controller.output }) {
      controller.output.firstMatch(of: /dashboard\.port=(\d+)/).map { String($0.1) }
    }
    url = "http://127.0.0.1:\(port)/"
  }

  /// Asks for a document; gives status and body.
  func get(_ path: String, token: String? = nil) async throws -> (status: Int, body: String) {
    let client = HTTPClient()
    let headers = token.map { [("Authorization", "Bearer \($0)")] } ?? []
    let response = try await client.send(
      HTTPRequest(url: url + path, headers: headers, totalTimeout: .seconds(20)))
    let body = String(decoding: try await response.body.collect(upTo: 1 << 24), as: UTF8.self)
    await client.close()
    return (response.status, body)
  }
}
