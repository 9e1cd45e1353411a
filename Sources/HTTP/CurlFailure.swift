internal import CLibCurl

/// A status of libcurl other than success, before it becomes an `HTTPError`.
struct CurlFailure: Error {
  let text: String
  let status: UInt32

  init(text: String, status: UInt32) {
    self.text = text
    self.status = status
  }

  init(easy status: CURLcode) {
    self.init(text: String(cString: curl_easy_strerror(status)), status: status.rawValue)
  }

  init(multi status: CURLMcode) {
    // Statuses of the multi interface say nothing about a request: they map like "failed to initialise".
    self.init(text: String(cString: curl_multi_strerror(status)), status: CURLE_FAILED_INIT.rawValue)
  }

  /// Everything else is `.interrupted`, also CURLE_UNSUPPORTED_PROTOCOL: the scheme was checked before, so that the peer is
  /// meant, which does not speak HTTP.
  private static let codes: [UInt32: HTTPError.Code] = [
    CURLE_URL_MALFORMAT.rawValue: .invalidRequest,
    CURLE_BAD_FUNCTION_ARGUMENT.rawValue: .invalidRequest,
    CURLE_COULDNT_RESOLVE_HOST.rawValue: .resolveFailed,
    CURLE_COULDNT_RESOLVE_PROXY.rawValue: .resolveFailed,
    CURLE_COULDNT_CONNECT.rawValue: .connectFailed,
    CURLE_PROXY.rawValue: .connectFailed,
    CURLE_OPERATION_TIMEDOUT.rawValue: .timedOut,
    CURLE_SSL_CONNECT_ERROR.rawValue: .tlsFailed,
    CURLE_SSL_CERTPROBLEM.rawValue: .tlsFailed,
    CURLE_SSL_CIPHER.rawValue: .tlsFailed,
    CURLE_PEER_FAILED_VERIFICATION.rawValue: .tlsFailed,
    CURLE_SSL_CACERT_BADFILE.rawValue: .tlsFailed,
    CURLE_SSL_ISSUER_ERROR.rawValue: .tlsFailed,
    CURLE_SSL_INVALIDCERTSTATUS.rawValue: .tlsFailed,
    CURLE_SSL_CLIENTCERT.rawValue: .tlsFailed,
  ]

  /// The kind of failure, where `detail` is libcurl's text for this transfer.
  ///
  /// With TLS 1.3 a server refuses the client's certificate after the handshake, so that libcurl reports a broken read;
  /// only OpenSSL's text ("... alert certificate required") tells it from a lost connection.
  func code(detail: String) -> HTTPError.Code {
    if status == CURLE_RECV_ERROR.rawValue, detail.contains(" alert ") { return .tlsFailed }
    return Self.codes[status] ?? .interrupted
  }

  /// Whether to try again, where the code alone does not tell: a handshake also breaks when a server restarts.
  func isTransient(detail: String) -> Bool? {
    status == CURLE_SSL_CONNECT_ERROR.rawValue && !detail.contains(" alert ") ? true : nil
  }
}

extension HTTPError.Code {
  /// What the reader of a message can do about it.
  var nextStep: String {
    switch self {
    case .resolveFailed: "check the host name and the DNS"
    case .connectFailed: "check that the server runs and that host, port and proxy are right"
    case .tlsFailed: "check the certificate authority, the server name and the client certificate"
    case .timedOut: "check the network and the server's load, or allow more time"
    case .interrupted: "try again; if it stays, look at the server and what stands before it"
    case .invalidRequest: "correct the URL or the settings of the request"
    default: "try again"
    }
  }
}
