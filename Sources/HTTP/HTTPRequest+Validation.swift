extension HTTPRequest {
  private static let proxySchemes: Set<String> = ["http", "https", "socks5", "socks5h"]

  /// Whether the method is a token, which is also safe to show.
  var hasValidMethod: Bool { !method.isEmpty && method.utf8.allSatisfy(Self.isTokenByte) }

  /// Checks what could change the meaning of the request on the wire: the URL, the method, header fields, limits.
  func validated() throws(HTTPError) -> RequestURL {
    guard let parsed = RequestURL(url) else {
      throw invalid("the URL is not an absolute http or https URL; give one such as https://host:6443/path")
    }
    guard hasValidMethod else {
      throw invalid("the method is not an HTTP token; use one such as GET or PATCH")
    }
    for (name, value) in headers {
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
        throw invalid("a header's name is empty or holds a character that HTTP forbids; correct the name")
      }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw invalid("the value of header \(name) holds a control character; remove line breaks from it")
      }
    }
    guard bodyBufferLimit > 0, headerLimit > 0 else {
      throw invalid("the limits of body buffer and headers must be positive")
    }
    try validateTLSAndProxy(parsed)
    return parsed
  }

  private func validateTLSAndProxy(_ parsed: RequestURL) throws(HTTPError) {
    guard (tls.clientCertificate == nil) == (tls.clientKey == nil) else {
      throw invalid("a client certificate and its key belong together; give both or neither")
    }
    if let serverName = tls.serverName {
      let isSafe = serverName.utf8.allSatisfy { Self.isTokenByte($0) || $0 == 0x3A || $0 == 0x5B || $0 == 0x5D }
      guard !serverName.isEmpty, isSafe else {
        throw invalid("the TLS server name is not a host name; correct tls-server-name")
      }
    }
    if let proxy {
      guard RequestURL(proxy, schemes: Self.proxySchemes) != nil else {
        throw invalid("the proxy is not a URL of http, https, socks5 or socks5h; correct the proxy setting")
      }
    }
  }

  func invalid(_ what: String) -> HTTPError {
    HTTPError(
      code: .invalidRequest, message: "\(safeText): cannot be sent: \(what)", url: RequestURL.safeText(of: url))
  }

  /// The bytes of an RFC 9110 token.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
