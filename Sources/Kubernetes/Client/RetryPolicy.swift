/// Decides whether a request is sent again: only when the server asks for it by Retry-After (client-go's rule).
struct RetryPolicy: Sendable, Equatable {
  /// How often at most.
  var attempts = 10
  /// The longest single wait that is obeyed; a server that asks for more gets no retry here.
  var longestWait: Duration = .seconds(30)
  /// The longest sum of waits.
  var longestTotal: Duration = .seconds(60)

  /// The wait before the next attempt, or nil to give up.
  ///
  /// - Parameters:
  ///   - failures: how many attempts have failed, at least 1.
  ///   - waited: the sum of the waits so far.
  func delay(status: Int?, retryAfter: Duration?, failures: Int, waited: Duration) -> Duration? {
    guard let status, status == 429 || status >= 500, let retryAfter else { return nil }
    guard failures <= attempts, retryAfter <= longestWait, waited + retryAfter <= longestTotal else { return nil }
    return max(retryAfter, .zero)
  }

  /// Reads a Retry-After header in seconds; the form with a date is not used by the API server.
  static func retryAfter(header: String?) -> Duration? {
    guard let text = header, let seconds = Int64(text.filter { $0 != " " }), (0...86_400).contains(seconds) else {
      return nil
    }
    return .seconds(seconds)
  }
}
