import FoundationEssentials
import HTTP
import Kubernetes
import Support
import TestSupport

/// One Lease behind real HTTP, with compare and swap, and with faults on demand.
final class LeaseServer: Sendable {
  struct State: Sendable {
    var lease: Lease?
    var version = 0
    var isFailing = false
    var conflicts = 0
    var writes: [String] = []
  }

  let state = Guarded(State())
  private let http = HTTPClient()
  private let server = Guarded<HTTPServer?>(nil)

  init() throws {
    let state = state
    let server = try HTTPServer { request, exchange in Self.answer(request, exchange, state) }
    self.server.withLock { $0 = server }
  }

  var holder: String? { state.withLock { $0.lease?.spec.holderIdentity } }
  /// The holders written so far, in order.
  var writes: [String] { state.withLock { $0.writes } }

  func lock(
    _ identity: String, _ time: TimeSource, firstTransition: @escaping @Sendable () -> Int32 = { 0 }
  ) -> LeaseLock {
    let url = server.withLock { $0?.url } ?? ""
    let client = KubernetesClient(
      configuration: KubernetesConfiguration(server: url), http: http, logger: .quiet, time: time)
    let settings = LeaseSettings(name: "l", namespace: "n", identity: identity)
    return LeaseLock(settings, client: client, logger: .quiet, firstTransition: firstTransition, random: { 0 })
  }

  /// Changes the lease behind everybody's back.
  func overwrite(_ change: @Sendable (inout Lease) -> Void) {
    state.withLock { state in
      guard var lease = state.lease else { return }
      change(&lease)
      state.version += 1
      lease.metadata.resourceVersion = "\(state.version)"
      state.lease = lease
    }
  }

  func close() async {
    server.withLock { $0 }?.stop()
    await http.close()
  }

  private static func answer(
    _ request: HTTPServerRequest, _ exchange: HTTPServerExchange, _ state: Guarded<State>
  ) {
    let sent = try? JSONDecoder().decode(Lease.self, from: Data(request.body))
    let answer: (Int, Lease?, String) = state.withLock { state in
      if state.isFailing { return (500, nil, "InternalError") }
      switch (request.method, state.lease, sent) {
      case ("GET", let lease?, _): return (200, lease, "")
      case ("POST", nil, let lease?), ("PUT", _?, let lease?):
        if request.method == "PUT" {
          state.conflicts -= 1
          guard state.conflicts < 0, lease.metadata.resourceVersion == "\(state.version)" else {
            return (409, nil, "Conflict")
          }
        }
        state.version += 1
        state.writes.append(lease.spec.holderIdentity ?? "")
        var stored = lease
        stored.metadata.resourceVersion = "\(state.version)"
        stored.metadata.uid = "uid"
        state.lease = stored
        return (200, stored, "")
      case ("POST", _, _): return (409, nil, "AlreadyExists")
      default: return (404, nil, "NotFound")
      }
    }
    if let lease = answer.1, let body = try? JSONEncoder().encode(lease) {
      exchange.respond(status: answer.0, body: [UInt8](body))
    } else {
      exchange.status(answer.0, answer.2)
    }
  }
}
