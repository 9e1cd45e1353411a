import Support
import Testing

@testable import HTTP

@Suite("validation and redaction")
struct ValidationTests {
  @Test(
    "what cannot be sent safely is refused before anything is sent",
    arguments: [
      HTTPRequest(url: "/relative"),
      HTTPRequest(url: "file:///etc/passwd"),
      HTTPRequest(url: "http://"),
      HTTPRequest(url: "http://host:0/"),
      HTTPRequest(url: "http://host:65536/"),
      HTTPRequest(url: "http://host/a b"),
      HTTPRequest(url: "http://host/a\r\nX: y"),
      HTTPRequest(url: "http://good.example\\@evil.example/"),
      HTTPRequest(method: "", url: "http://host/"),
      HTTPRequest(method: "GET /other HTTP/1.1\r\nX:", url: "http://host/"),
      HTTPRequest(url: "http://host/", headers: [("X", "a\r\nY: b")]),
      HTTPRequest(url: "http://host/", headers: [("X:", "a")]),
      HTTPRequest(url: "http://host/", headers: [("", "a")]),
      HTTPRequest(url: "http://host/", headers: [("X", "a\0b")]),
      HTTPRequest(url: "https://host/", tls: TLSSettings(clientCertificate: [1])),
      HTTPRequest(url: "https://host/", tls: TLSSettings(serverName: "a/b")),
      HTTPRequest(url: "https://host/", proxy: "ftp://proxy"),
      HTTPRequest(url: "https://host/", bodyBufferLimit: 0),
    ])
  func refused(request: HTTPRequest) throws {
    let error = #expect(throws: HTTPError.self) { _ = try request.validated() }
    #expect(error?.code == .invalidRequest)
    #expect(error?.isTransient == false)
  }

  @Test(
    "user info, query and fragment never show",
    arguments: [
      ("https://user:secret@host:6443/api?token=secret#secret", "https://host:6443/api"),
      ("https://user:secret@p@host/api", "https://host/api"),
      ("http://[::1]:80?secret", "http://[::1]:80"),
      ("HTTPS://Host", "https://Host"),
      ("secret://secret", "(not a URL)"),
      ("secret", "(not a URL)"),
    ])
  func safeText(url: String, safe: String) {
    #expect(RequestURL.safeText(of: url) == safe)
  }

  @Test("a request shows neither headers nor query, however it is printed")
  func printing() {
    let request = HTTPRequest(
      url: "https://user:secret@host/api?secret", headers: [("Authorization", "Bearer secret")],
      body: Array("secret".utf8))
    var dumped = ""
    dump(request, to: &dumped)
    for text in ["\(request)", String(reflecting: request), dumped] {
      #expect(text.contains("GET https://host/api"))
      #expect(!text.contains("secret"))
    }
  }

  @Test(
    "the host changes for the sake of verification, and nothing else",
    arguments: [
      ("https://10.0.0.1:6443/api?x#y", "kubernetes", "https://kubernetes:6443/api?x#y"),
      ("https://u:p@[::1]/", "name", "https://u:p@name:443/"),
      ("https://host", "::1", "https://[::1]:443"),
    ])
  func rewrittenHost(url: String, name: String, result: String) {
    #expect(RequestURL(url)?.with(host: name) == result)
  }

  @Test("a wait is rounded up to milliseconds, and never overflows")
  func milliseconds() {
    #expect(Duration.nanoseconds(1).millisecondsRoundedUp == 1)
    #expect(Duration.milliseconds(5).millisecondsRoundedUp == 5)
    #expect(Duration.seconds(Int64.max).millisecondsRoundedUp > 1 << 40)
  }
}
