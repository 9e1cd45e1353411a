/// What went wrong with a request, where, and what to do next.
///
/// No text in it holds a header, a body, a credential or the query of the URL.
package struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  package let code: Code
  /// What happened, where, and what to do next: one line, safe to show.
  package let message: String
  /// The URL of the request without user info, query and fragment.
  package let url: String
  /// Whether the same request may succeed later without a change of its settings.
  package let isTransient: Bool

  /// Makes an error; `isTransient` follows from the code unless it is given.
  package init(code: Code, message: String, url: String, isTransient: Bool? = nil) {
    self.code = code
    self.message = message
    self.url = url
    self.isTransient = isTransient ?? code.isTransient
  }

  /// The message.
  package var description: String { message }
}

extension HTTPError {
  /// The kind of an HTTP failure; a struct, so that kinds can be added without breaking a switch.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case resolveFailed, connectFailed, tlsFailed, timedOut, cancelled, bodyTooLarge, headersTooLarge, interrupted
      case invalidRequest, closed
    }
    private let kind: Kind

    /// The name of the host, or of the proxy, did not resolve.
    package static let resolveFailed = Code(kind: .resolveFailed)
    /// Nothing accepted the connection.
    package static let connectFailed = Code(kind: .connectFailed)
    /// The TLS handshake failed: an untrusted or wrong certificate, or none where one is required.
    package static let tlsFailed = Code(kind: .tlsFailed)
    /// The connect, idle or total time-out passed.
    package static let timedOut = Code(kind: .timedOut)
    /// The task was cancelled, or the body was given up.
    package static let cancelled = Code(kind: .cancelled)
    /// The body is longer than the reader allowed.
    package static let bodyTooLarge = Code(kind: .bodyTooLarge)
    /// The response headers are longer than the request allowed.
    package static let headersTooLarge = Code(kind: .headersTooLarge)
    /// The connection broke, or the peer broke the protocol, before the response was complete.
    package static let interrupted = Code(kind: .interrupted)
    /// The request cannot be sent as it is.
    package static let invalidRequest = Code(kind: .invalidRequest)
    /// The client was closed.
    package static let closed = Code(kind: .closed)

    /// The name of the code.
    package var description: String { kind.rawValue }

    fileprivate var isTransient: Bool {
      switch kind {
      case .resolveFailed, .connectFailed, .timedOut, .interrupted: true
      case .tlsFailed, .cancelled, .bodyTooLarge, .headersTooLarge, .invalidRequest, .closed: false
      }
    }
  }
}
