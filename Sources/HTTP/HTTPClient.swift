/// Sends HTTP requests over one thread of its own, with a pool of connections.
///
/// Created by the process and closed by `close()`; dropping the client also ends the thread, once its transfers are
/// over.
package final class HTTPClient: Sendable {
  private let loop: HTTPLoop

  /// Starts the thread.
  ///
  /// - Parameter threadName: what `top -H` and debuggers show; at most 15 bytes of it.
  package init(threadName: String = "http") {
    loop = HTTPLoop()
    loop.startThread(named: threadName)
  }

  deinit {
    loop.requestEnd(failingTransfers: false)
  }

  /// Sends a request and returns when the headers of the response are in; any status is a response.
  ///
  /// Cancelling the task closes the connection (on HTTP/2: the stream).
  /// - Throws: every code of `HTTPError` except `.bodyTooLarge`.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let transfer = Transfer(request: request, url: try request.validated(), loop: loop)
    let head = try await transfer.start()
    return HTTPResponse(status: head.status, headers: head.headers, body: HTTPBody(transfer))
  }

  /// Fails what is under way with `.closed`, closes all connections, and returns when the thread has done its last action.
  ///
  /// May be called more than once; does not react to cancellation, and takes milliseconds.
  package func close() async {
    await loop.end()
  }
}
