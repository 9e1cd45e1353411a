import Testing

@testable import Operations

@Suite("What the operations endpoint answers")
struct OperationsAnswerTests {
  private func answer(
    _ target: String, method: String = "GET", alive: [HealthCheck] = [], ready: [HealthCheck] = []
  ) -> OperationsAnswer {
    OperationsAnswer.to(
      method: method, target: target,
      OperationsState(isAlive: { alive }, isReady: { ready }, metrics: { ["a 1\n", "b 2\n"] }))
  }

  private let good = HealthCheck("informers", problem: nil)
  private let bad = HealthCheck("leader-election", problem: "not renewed for 20s")

  @Test("healthy is ok, with the checks on request", arguments: ["/healthz", "/livez"])
  func healthy(path: String) {
    #expect(answer(path, alive: [good], ready: [bad]) == OperationsAnswer(status: 200, body: ["ok"]))
    for query in ["?verbose", "?verbose=1", "?a=b&verbose"] {
      #expect(
        answer(path + query, alive: [good])
          == OperationsAnswer(status: 200, body: ["[+]informers ok\ncheck passed\n"]))
    }
    #expect(answer(path + "?verbosely", alive: [good]).body == ["ok"])
  }

  @Test("a check that fails makes it 503, and says which one and why", arguments: ["/healthz", "/readyz"])
  func unhealthy(path: String) {
    let checks = [good, bad]
    #expect(
      answer(path, alive: path == "/healthz" ? checks : [], ready: path == "/readyz" ? checks : [])
        == OperationsAnswer(
          status: 503, body: ["[+]informers ok\n[-]leader-election failed: not renewed for 20s\ncheck failed\n"]))
  }

  @Test("liveness and readiness are different questions")
  func apart() {
    #expect(answer("/healthz", alive: [good], ready: [bad]).status == 200)
    #expect(answer("/readyz", alive: [good], ready: [bad]).status == 503)
    #expect(answer("/readyz", alive: [bad], ready: [good]).status == 200)
  }

  @Test("metrics come in the text format 0.0.4")
  func metrics() {
    #expect(
      answer("/metrics?x")
        == OperationsAnswer(
          status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: ["a 1\n", "b 2\n"]))
  }

  @Test(
    "other paths are not found, and say what there is",
    arguments: ["/", "", "/healthz/", "/healthzz", "//metrics", "/metrics/../healthz", "*", "/%68ealthz"])
  func notFound(target: String) {
    let answer = answer(target)
    #expect(answer.status == 404)
    #expect(answer.body.joined().contains("/readyz"))
  }

  @Test("other methods are refused, and HEAD has no body")
  func methods() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "get"] {
      #expect(answer("/metrics", method: method).status == 405)
      #expect(answer("/metrics", method: method).allowed == "GET, HEAD")
    }
    #expect(answer("/nowhere", method: "POST").status == 404)
    #expect(answer("/readyz", method: "HEAD", ready: [bad]) == OperationsAnswer(status: 503, body: []))
  }
}
