import FoundationEssentials
import HTTP
import Kubernetes
import Logging
import Support
import TestSupport

/// Leases behind real HTTP, with compare and swap.
final class LeaseAPI: Sendable {
  private struct State {
    var leases: [String: Lease] = [:]
    var version = 0
  }

  let client: KubernetesClient
  private let http = HTTPClient()
  private let server: HTTPServer
  private let state = Guarded(State())

  init() throws {
    let state = state
    server = try HTTPServer { request, exchange in
      let lease = Self.answer(request, state)
      let body = lease.1.flatMap { try? JSONEncoder().encode($0) }
      exchange.respond(status: lease.0, body: body.map { [UInt8]($0) } ?? Array("{}".utf8))
    }
    client = KubernetesClient(
      configuration: KubernetesConfiguration(server: server.url), http: http,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  subscript(name: String) -> Lease? { state.withLock { $0.leases[name] } }

  /// Changes or makes a Lease, as another process would.
  func hold(_ name: String, by holder: String) {
    state.withLock { state in
      state.version += 1
      var lease = Lease(
        metadata: ObjectMetadata(name: name, namespace: "n"),
        spec: .init(holderIdentity: holder, leaseDurationSeconds: 15))
      lease.metadata.resourceVersion = "\(state.version)"
      lease.metadata.uid = "uid"
      state.leases[name] = lease
    }
  }

  func close() async {
    server.stop()
    await http.close()
  }

  private static func answer(_ request: HTTPServerRequest, _ state: Guarded<State>) -> (Int, Lease?) {
    let sent = try? JSONDecoder().decode(Lease.self, from: Data(request.body))
    let last = request.path.split(separator: "/").last.map(String.init) ?? ""
    return state.withLock { state in
      let name = sent?.metadata.name ?? last
      let found = state.leases[name]
      guard var lease = sent else { return (found == nil ? 404 : 200, found) }
      guard request.method == "POST" || lease.metadata.resourceVersion == found?.metadata.resourceVersion else {
        return (409, nil)
      }
      state.version += 1
      lease.metadata.resourceVersion = "\(state.version)"
      lease.metadata.uid = "uid"
      state.leases[name] = lease
      return (200, lease)
    }
  }
}
