import HTTP
import Support
import TestSupport
import Testing

@Suite("proxies", .timeLimit(.minutes(5)))
struct ProxyTests {
  @Test("a proxy gets the whole URL")
  func plain() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { proxy, client in
      let request = HTTPRequest(url: "http://service.invalid/path?query", proxy: proxy.url)
      let response = try await client.send(request)
      #expect(response.status == 200)
      #expect(proxy.requests.map(\.target) == ["http://service.invalid/path?query"])
    }
  }

  @Test("through a proxy, a request with another server name still goes to the URL's host")
  func tunnel() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 403) }) { proxy, client in
      let request = HTTPRequest(
        url: "https://10.0.0.1:6443/api", headers: [("Authorization", "Bearer secret")],
        tls: TLSSettings(serverName: "kubernetes"), proxy: proxy.url)
      let error = try await httpError { _ = try await client.send(request) }
      let connect = try #require(proxy.requests.first)
      #expect(connect.method == "CONNECT")
      #expect(connect.target == "10.0.0.1:6443")
      #expect(connect.header("authorization") == nil)
      #expect(error.url == "https://10.0.0.1:6443/api")
      #expect(error.message.contains("403"))
      #expect(!String(reflecting: error).contains("secret"))
    }
  }

  @Test("the password of a proxy never shows")
  func password() async throws {
    let client = HTTPClient()
    for proxy in [
      "http://user:secret@127.0.0.1:1", "socks5://user:secret@127.0.0.1:1", "http://user:secret@no.invalid",
    ] {
      let error = try await httpError {
        _ = try await client.send(HTTPRequest(url: "http://service.invalid/", proxy: proxy))
      }
      #expect(!error.message.contains("secret"))
    }
    await client.close()
  }
}
