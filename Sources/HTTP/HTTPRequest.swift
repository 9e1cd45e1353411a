/// One request; redirects are never followed, and no proxy is taken from the environment.
///
/// Its description shows the method and the URL without user info and query: headers may hold tokens.
package struct HTTPRequest: Sendable {
  /// The method, such as `GET`; `HEAD` expects no body.
  package var method: String
  /// The absolute URL, `http` or `https`, percent-encoded by the caller.
  package var url: String
  /// Header fields in order; names and values without line breaks.
  package var headers: [(String, String)]
  /// The body; nil sends none.
  package var body: [UInt8]?
  /// The longest time until a connection, with TLS, stands, whether this request opens it or waits for another to do so.
  package var connectTimeout: Duration
  /// The longest time without a byte in either direction, from when the connection stands.
  ///
  /// Time in which the reader holds the body back does not count. After it passed, a request that sets
  /// `usesFreshConnection` does not meet the same silent HTTP/2 connection again.
  package var idleTimeout: Duration?
  /// The longest time from the start to the end of the body.
  package var totalTimeout: Duration?
  /// Trust and identity for `https`.
  package var tls: TLSSettings
  /// The URL of a proxy (`http`, `https`, `socks5`, `socks5h`); nil connects directly.
  package var proxy: String?
  /// Whether to open a new connection rather than to reuse one of the pool.
  package var usesFreshConnection: Bool
  /// How many bytes of the body may wait for the reader, before the transfer pauses; one write of 16 KiB may exceed it.
  package var bodyBufferLimit: Int
  /// The most bytes of response headers.
  package var headerLimit: Int

  /// Makes a request with a connect time-out of 10 s, no other time-out, 256 KiB of buffer and 64 KiB of headers.
  package init(
    method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    connectTimeout: Duration = .seconds(10), idleTimeout: Duration? = nil, totalTimeout: Duration? = nil,
    tls: TLSSettings = TLSSettings(), proxy: String? = nil, usesFreshConnection: Bool = false,
    bodyBufferLimit: Int = 256 * 1024, headerLimit: Int = 64 * 1024
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.connectTimeout = connectTimeout
    self.idleTimeout = idleTimeout
    self.totalTimeout = totalTimeout
    self.tls = tls
    self.proxy = proxy
    self.usesFreshConnection = usesFreshConnection
    self.bodyBufferLimit = bodyBufferLimit
    self.headerLimit = headerLimit
  }

  /// The method and the URL, safe to show.
  var safeText: String { "\(hasValidMethod ? method : "(not a method)") \(RequestURL.safeText(of: url))" }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The method and the URL without user info and query.
  package var description: String { safeText }
  /// The same as `description`.
  package var debugDescription: String { safeText }
  /// A mirror without children, so that `dump` shows no header.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
