/// The body of a response as it arrives: chunks of bytes, held back at the request's buffer limit.
///
/// Dropping the body, cancelling the task that reads it, or calling `cancel()` ends the transfer at once. It has one
/// reader; what was read is gone.
package final class HTTPBody: Sendable, AsyncSequence {
  /// All bytes that arrived since the chunk before, at least one.
  package typealias Element = [UInt8]
  /// Errors of this module only.
  package typealias Failure = HTTPError

  private let transfer: Transfer

  init(_ transfer: Transfer) {
    self.transfer = transfer
  }

  deinit {
    transfer.cancel()
  }

  /// The most bytes that ever waited for the reader.
  package var mostBuffered: Int { transfer.mostBuffered }

  /// Ends the transfer; a reader that waits gets `.cancelled`.
  ///
  /// Without effect when the body was read to its end.
  package func cancel() {
    transfer.cancel()
  }

  /// Reads the rest of the body.
  ///
  /// - Parameter limit: the most bytes to hold; a longer body ends the transfer.
  /// - Throws: `.bodyTooLarge`, `.interrupted`, `.timedOut`, `.closed`, and `.cancelled` when the task is cancelled.
  package func collect(upTo limit: Int) async throws(HTTPError) -> [UInt8] {
    var collected: [UInt8] = []
    while let chunk = try await transfer.nextChunk() {
      guard collected.count + chunk.count <= limit else { throw transfer.refuse(beyond: limit) }
      collected.append(contentsOf: chunk)
    }
    return collected
  }

  /// Starts to read.
  package func makeAsyncIterator() -> Iterator {
    Iterator(body: self)
  }

  /// The one reader of a body; it keeps the body alive.
  package struct Iterator: AsyncIteratorProtocol {
    private let body: HTTPBody

    fileprivate init(body: HTTPBody) {
      self.body = body
    }

    /// The next bytes, nil at the end; cancelling the task ends the transfer and throws `.cancelled`.
    package mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
      try await body.transfer.nextChunk()
    }

    /// The next bytes, nil at the end; cancelling the task ends the transfer and throws `.cancelled`.
    package mutating func next() async throws(HTTPError) -> [UInt8]? {
      try await body.transfer.nextChunk()
    }
  }
}
