internal import HTTP
internal import Support

/// The events of a watch as they arrive.
///
/// It ends when the server ends the watch in order, which it does every few minutes; go on from the last version.
/// Dropping the stream, or cancelling the task that reads it, closes the connection.
package struct WatchStream<Resource: KubernetesResource>: AsyncSequence, Sendable {
  package typealias Element = WatchEvent<Resource>
  package typealias Failure = KubernetesError

  let body: HTTPBody
  let call: String
  let lineLimit: Int
  let connections: ConnectionHealth

  /// Starts to read.
  package func makeAsyncIterator() -> Iterator {
    Iterator(
      body: body.makeAsyncIterator(), framer: LineFramer(limit: lineLimit), call: call, connections: connections)
  }

  /// The reader of a watch.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate var body: HTTPBody.Iterator
    fileprivate var framer: LineFramer
    fileprivate let call: String
    fileprivate let connections: ConnectionHealth

    /// The next event; nil when the server has ended the watch.
    ///
    /// - Throws: the server's ERROR event (`gone` for an expired version), `transport` if the stream is torn, in the
    ///   middle of a line too, `decoding`, and `cancelled` when the task is cancelled.
    package mutating func next() async throws(KubernetesError) -> WatchEvent<Resource>? {
      try await next(isolation: nil)
    }

    /// The next event; nil when the server has ended the watch; throws like `next()`.
    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(KubernetesError) -> WatchEvent<Resource>? {
      while true {
        if let line = try framer.next() { return try event(line) }
        let chunk: [UInt8]?
        do throws(HTTPError) {
          chunk = try await body.next(isolation: actor)
        } catch {
          connections.note(error)
          throw KubernetesError(error, call: call)
        }
        if let chunk {
          framer.append(chunk)
        } else if framer.hasPartialLine {
          throw KubernetesError(code: .transport, message: "\(call): the stream ended in the middle of an event")
        } else {
          return nil
        }
      }
    }

    private func event(_ line: [UInt8]) throws(KubernetesError) -> WatchEvent<Resource> {
      switch try ObjectCoding.decode(WatchLine<Resource>.self, from: line, call: call).content {
      case .event(let event): return event
      case .error(let status):
        throw KubernetesError(status: status.code ?? 500, object: status, retryAfter: nil, call: call)
      }
    }
  }
}

extension KubernetesError {
  /// An error of the transport, with what was asked.
  init(_ error: HTTPError, call: String) {
    let code: Code =
      switch error.code {
      case .cancelled: .cancelled
      case .bodyTooLarge, .headersTooLarge: .decoding
      case .invalidRequest: .configuration
      default: .transport
      }
    let isTransient = code == .transport ? error.isTransient : nil
    self.init(code: code, message: "\(call): \(error.message)", isTransient: isTransient)
  }
}
