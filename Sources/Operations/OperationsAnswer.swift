/// What the operations endpoint answers to a request: a function of the request and of what the process says of itself.
struct OperationsAnswer: Sendable, Equatable {
  static let plainText = "text/plain; charset=utf-8"
  static let metricsText = "text/plain; version=0.0.4; charset=utf-8"

  var status: Int
  var contentType = OperationsAnswer.plainText
  /// The body in pieces, written one after the other.
  var body: [String]
  /// The methods that the path has; set with status 405.
  var allowed: String?

  /// Answers a request.
  ///
  /// - Parameters:
  ///   - target: path and query, as they stand in the request line.
  static func to(method: String, target: String, _ state: OperationsState) -> OperationsAnswer {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = parts.count > 1 ? parts[1].split(separator: "&") : []
    let isVerbose = query.contains { $0 == "verbose" || $0.hasPrefix("verbose=") }
    let answer: () -> OperationsAnswer
    switch parts.first ?? "" {
    case "/healthz", "/livez": answer = { health(state.isAlive(), isVerbose) }
    case "/readyz": answer = { health(state.isReady(), isVerbose) }
    case "/metrics": answer = { OperationsAnswer(status: 200, contentType: metricsText, body: state.metrics()) }
    default: return OperationsAnswer(status: 404, body: ["not found: /healthz, /readyz and /metrics are here\n"])
    }
    switch method {
    case "GET": return answer()
    case "HEAD":
      var head = answer()
      head.body = []
      return head
    default: return OperationsAnswer(status: 405, body: ["only GET and HEAD\n"], allowed: "GET, HEAD")
    }
  }

  // As the API server's own /healthz?verbose: a line for each check, and the outcome.
  private static func health(_ checks: [HealthCheck], _ isVerbose: Bool) -> OperationsAnswer {
    let isHealthy = checks.allSatisfy { $0.problem == nil }
    guard isVerbose || !isHealthy else { return OperationsAnswer(status: 200, body: ["ok"]) }
    let lines = checks.map { check in
      check.problem.map { "[-]\(check.name) failed: \($0)\n" } ?? "[+]\(check.name) ok\n"
    }
    return OperationsAnswer(
      status: isHealthy ? 200 : 503, body: [lines.joined() + (isHealthy ? "check passed\n" : "check failed\n")])
  }
}
