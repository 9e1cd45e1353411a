/// What libpq's text about a refused connection means.
///
/// libpq 15 gives no result object for a refused connection; in its verbose form the text holds the SQLSTATE, as in
/// `FATAL:  28P01: password authentication failed for user "x"`. Without one, libpq itself or the system speaks.
struct ConnectFailure: Equatable {
  var code: PostgresError.Code
  var sqlState: SQLState?
  /// The text without location lines and prefix.
  var message: String
  var isTransient: Bool

  init(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }
    let spoken = lines.compactMap { Self.serverMessage(String($0)) }
    if let (sqlState, message) = spoken.first(where: { $0.0.class == "28" }) ?? spoken.last {
      self.sqlState = sqlState
      self.message = message
      code = sqlState.class == "28" ? .authenticationFailed : .connectionFailed
      isTransient = sqlState.isTransient
      return
    }
    message = lines.joined(separator: " ")
    let lacksPassword = text.contains("no password supplied")
    code = lacksPassword ? .authenticationFailed : .connectionFailed
    isTransient = !lacksPassword && !Self.lasting.contains { text.contains($0) }
  }

  /// Texts of libpq 15 and OpenSSL about settings that only a person can put right.
  private static let lasting = [
    "certificate verify failed", "does not match host name", "server does not support SSL", "root certificate file",
    "could not load private key file", "could not read certificate file", "key values mismatch",
    "certificate present, but not private key", "private key file", "unknown ca", "certificate required",
    "authentication method", "SCRAM",
  ]

  /// Splits `SEVERITY:  SQLSTATE: message`; the severity may be translated.
  private static func serverMessage(_ line: String) -> (SQLState, String)? {
    var rest = line[...]
    while let separator = rest.firstRange(of: ":  ") {
      rest = rest[separator.upperBound...]
      let state = rest.prefix(5)
      let isState = state.utf8.count == 5 && state.allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
      if isState, rest.dropFirst(5).hasPrefix(": ") {
        return (SQLState(rawValue: String(state)), String(rest.dropFirst(7)))
      }
    }
    return nil
  }
}
