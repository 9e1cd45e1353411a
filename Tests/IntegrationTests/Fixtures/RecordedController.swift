import TestSupport

/// A controller whose way to the API server leads through `kubectl proxy`, which writes down every request.
///
/// That proves what this one controller has sent, whatever else uses the API server at the same time.
struct RecordedController {
  let controller: RunningProcess
  private let proxy: RunningProcess

  /// The requests so far that change something, as `METHOD /path`, but for the renewals of the leader's Lease.
  var writes: [String] { requests.filter { !$0.hasPrefix("GET ") && !$0.hasSuffix("/leases/whimbrel-leader") } }

  /// All requests so far, as `METHOD /path`.
  var requests: [String] {
    proxy.output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let mark = words.firstIndex(of: "accepting"), words.count > mark + 2 else { return nil }
      return "\(words[mark + 1]) \(words[mark + 2])"
    }
  }

  /// How many looks have ended with nothing left to do.
  var looks: Int { controller.output.split(separator: "\n").count { $0.contains(" reconciled ") } }

  /// Cuts the controller off the API server for good, and nothing else.
  func cutOff() throws { try proxy.kill() }

  /// Waits for further looks to end.
  func waitForLooks(_ count: Int) async throws {
    let goal = looks + count
    _ = try await eventually("\(count) more looks") { looks >= goal ? true : nil }
  }

  /// Runs a controller for a world.
  static func run(
    _ world: World, _ arguments: [String] = [], _ body: (RecordedController) async throws -> Void
  ) async throws {
    let way = ["--kubeconfig", world.kubectl.kubeconfig, "proxy", "--port=0", "-v=3"]
    _ = try await RunningProcess.run("kubectl", way) { proxy in
      try await proxy.waitForOutput("Starting to serve on ")
      let line = proxy.output.split(separator: "\n").first { $0.hasPrefix("Starting") } ?? ""
      let directory = try TemporaryDirectory()
      let kubeconfig = try directory.write(
        """
        apiVersion: v1
        kind: Config
        current-context: proxy
        clusters: [{name: proxy, cluster: {server: "http://\(line.split(separator: " ").last ?? "")"}}]
        users: [{name: proxy, user: {}}]
        contexts: [{name: proxy, context: {cluster: proxy, user: proxy}}]
        """, to: "kubeconfig")
      _ = try await world.runController(arguments, kubeconfig: kubeconfig) { controller in
        try await body(RecordedController(controller: controller, proxy: proxy))
      }
    }
  }
}
