import Support
import Testing

@testable import Operations

@Suite("What a reader of the dashboard asks for")
struct DashboardRequestTests {
  @Test(
    "is told by the path",
    arguments: [
      ("/", .file("/")), ("/assets/main.js?x=1", .file("/assets/main.js")), ("/api/board", .document(.board)),
      ("/api/board/stream", .stream(.board)), ("/api/", nil), ("/api/boards", nil), ("/api/board/stream/x", nil),
      ("/api/resources/dev/app", .document(.resource(namespace: "dev", name: "app"))),
      ("/api/resources/dev/stream", .document(.resource(namespace: "dev", name: "stream"))),
      ("/api/resources/dev/app/stream", .stream(.resource(namespace: "dev", name: "app"))),
      ("/api/resources/dev/stream/stream", .stream(.resource(namespace: "dev", name: "stream"))),
      ("/api/resources/dev/..", .document(.resource(namespace: "dev", name: ".."))), ("/api/resources/dev/A", nil),
      ("/api/resources/dev/%3Cscript%3E", nil), ("/api/resources/dev", nil), ("/api/resources//app", nil),
    ] as [(String, DashboardRequest.Route?)])
  func routes(target: String, route: DashboardRequest.Route?) {
    #expect(DashboardRequest(method: "GET", target: target).route == route)
  }

  @Test(
    "a token is a bearer token, and nothing else",
    arguments: [
      ("Bearer abc.def-_~+/=", "abc.def-_~+/="), ("bearer x", "x"), ("Basic abc", nil), ("Bearer", nil),
      ("Bearer a b", nil),
      ("Bearer \u{e9}", nil), ("", nil),
    ] as [(String, String?)])
  func tokens(header: String, token: String?) {
    #expect(DashboardRequest(method: "GET", target: "/", authorization: header).token?.reveal() == token)
  }
}
