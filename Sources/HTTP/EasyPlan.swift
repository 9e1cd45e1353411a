internal import CLibCurl
internal import Support

/// A request as options of libcurl: a pure translation, which a table can test.
struct EasyPlan {
  var numbers: [(CURLoption, Int)] = []
  /// A nil text resets libcurl's default.
  var texts: [(CURLoption, String?)] = []
  var blobs: [(CURLoption, [UInt8])] = []
  var headerLines: [String] = []
  var connectTo: [String] = []
  var body: [UInt8]?
  var customMethod: String?

  init(_ request: HTTPRequest, _ url: RequestURL) {
    planTarget(request, url)
    planMethod(request)
    planHeaders(request, url)
    planLimits(request)
    if url.scheme == "https" { planTLS(request.tls) }
  }

  private mutating func planTarget(_ request: HTTPRequest, _ url: RequestURL) {
    var target = request.url
    if url.scheme == "https", let serverName = request.tls.serverName {
      // TLS verifies the host of the URL, so the URL gets the server's name and the connection the true address.
      target = url.with(host: serverName)
      connectTo = ["::\(url.host):\(url.effectivePort)"]
    }
    texts.append((CURLOPT_URL, target))
    texts.append((CURLOPT_PROTOCOLS_STR, "http,https"))
    texts.append((CURLOPT_REDIR_PROTOCOLS_STR, "http,https"))
    // An empty proxy keeps the environment's variables out.
    texts.append((CURLOPT_PROXY, request.proxy ?? ""))
    texts.append((CURLOPT_NOPROXY, ""))
    numbers += [
      (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_NOSIGNAL, 1),
      // A watch is silent for minutes: probes find out that its peer is gone, and keep middleboxes from forgetting it.
      (CURLOPT_TCP_KEEPALIVE, 1), (CURLOPT_TCP_KEEPIDLE, 30), (CURLOPT_TCP_KEEPINTVL, 10),
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
      (CURLOPT_FRESH_CONNECT, request.usesFreshConnection ? 1 : 0),
      // Many watches to one server share one HTTP/2 connection, rather than each opening its own at the same moment.
      (CURLOPT_PIPEWAIT, url.scheme == "https" && !request.usesFreshConnection ? 1 : 0),
    ]
  }

  private mutating func planMethod(_ request: HTTPRequest) {
    let expectsBody = ["POST", "PUT", "PATCH"].contains(request.method)
    if request.method == "HEAD" {
      numbers.append((CURLOPT_NOBODY, 1))
    } else if let body = request.body ?? (expectsBody ? [] : nil) {
      self.body = body
      customMethod = request.method
      // Switches the progress callback on: it is the sign of life of an upload.
      numbers.append((CURLOPT_NOPROGRESS, 0))
    } else {
      customMethod = request.method
    }
  }

  private mutating func planHeaders(_ request: HTTPRequest, _ url: RequestURL) {
    let names = Set(request.headers.map { $0.0.lowercased() })
    headerLines = request.headers.map { name, value in
      // "Name:" would remove the field.
      value.allSatisfy { $0 == " " || $0 == "\t" } ? "\(name);" : "\(name): \(value)"
    }
    if !connectTo.isEmpty, !names.contains("host") { headerLines.append("Host: \(url.authority)") }
    // libcurl would add a form's content type, and wait for "100 Continue" with larger bodies.
    if body != nil, !names.contains("content-type") { headerLines.append("Content-Type:") }
    if body != nil, !names.contains("expect") { headerLines.append("Expect:") }
  }

  private mutating func planLimits(_ request: HTTPRequest) {
    // Zero would mean "none" or libcurl's default.
    let connect = max(1, request.connectTimeout.millisecondsRoundedUp)
    numbers.append((CURLOPT_CONNECTTIMEOUT_MS, Int(min(connect, Int64(Int32.max)))))
    if let total = request.totalTimeout {
      numbers.append((CURLOPT_TIMEOUT_MS, Int(min(max(1, total.millisecondsRoundedUp), Int64(Int32.max)))))
    }
  }

  private mutating func planTLS(_ tls: TLSSettings) {
    numbers += [
      (CURLOPT_SSL_VERIFYPEER, tls.verify ? 1 : 0),
      (CURLOPT_SSL_VERIFYHOST, tls.verify ? 2 : 0),
      (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
    ]
    if let authority = tls.certificateAuthority {
      blobs.append((CURLOPT_CAINFO_BLOB, authority))
      // The blob replaces libcurl's default file only; the default folder would still trust every public authority.
      texts.append((CURLOPT_CAPATH, nil))
      texts.append((CURLOPT_CAINFO, nil))
    }
    if let certificate = tls.clientCertificate, let key = tls.clientKey {
      blobs += [(CURLOPT_SSLCERT_BLOB, certificate), (CURLOPT_SSLKEY_BLOB, key.reveal())]
      texts += [(CURLOPT_SSLCERTTYPE, "PEM"), (CURLOPT_SSLKEYTYPE, "PEM")]
    }
  }
}
