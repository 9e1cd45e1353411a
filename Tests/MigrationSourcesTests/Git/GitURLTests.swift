@testable import MigrationSources
import Testing

@Suite("GitURL")
struct GitURLTests {
  @Test(
    "takes https and ssh, with user, port and IPv6",
    arguments: [
      ("https://example.com/a/b.git", "example.com"), ("https://example.com:8443/a", "example.com:8443"),
      ("https://[::1]:8443/a", "[::1]:8443"), ("https://example.com/a%20b", "example.com"),
      ("ssh://git@example.com/a/b", "example.com"), ("ssh://example.com:2222/~user/b", "example.com:2222"),
      ("ssh://git-user@127.0.0.1/srv/b.git", "127.0.0.1"),
    ])
  func good(text: String, authority: String) throws {
    let url = try GitURL(text)
    #expect(url.authority == authority)
    #expect(url.text == text)
  }

  @Test(
    "refuses everything else that git would take, and what only looks like an address",
    arguments: [
      "", "https://", "https:///path", "https://example.com", "https://example.com/", "http://example.com/a",
      "git://example.com/a", "file:///etc", "file://localhost/etc", "ext::sh -c touch% /tmp/x", "ext::https://a/b",
      "fd::17/foo", "/srv/a.git", "../a", "a", "git@example.com:a/b.git", "example.com:a", "-u./x", "--upload-pack=x",
      "--upload-pack=https://example.com/a", "HTTPS://example.com/a", "ftp://example.com/a",
      "https://-oProxyCommand=x/a", "ssh://-oProxyCommand=x/a", "ssh://git@-oProxyCommand=x/a",
      "ssh://-git@example.com/a", "ssh://%2doProxyCommand=x/a", "https://user:secret@example.com/a",
      "https://token@example.com/a", "https://@example.com/a", "ssh://git:secret@example.com/a", "ssh://a@b@c/d",
      "https://example.com:0/a", "https://example.com:65536/a", "https://example.com:/a", "https://example.com:1x/a",
      "https://[::1/a", "https://[x]/a", "https://[::1]x/a", "https://exa mple.com/a", "https://example.com/a b",
      "https://example.com/a\nb", "https://example.com/a\u{0}", "https://example.com/a%0Ab", "https://example.com/a%00",
      "https://example.com/a%zz", "https://example.com/a%2", "https://example.com/\u{7F}", "https://exämple.com/a",
      "https://example.com/a?b=c", "https://example.com/a#b", "https://example.com/a/../b",
      "https://example.com/a/%2e%2E/b", "https://example.com\\@evil/a",
      "https://example.com/" + String(repeating: "a", count: 2048),
    ])
  func bad(text: String) {
    let error = #expect(throws: SourceError.self) { try GitURL(text) }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("secret") != true || error?.message.contains("secretRef") == true)
    #expect(error?.message.contains(":secret") != true && error?.message.contains("token@") != true)
  }
}
