internal import CLibCurl

/// Owns one libcurl multi handle; lives on the loop's thread.
struct MultiHandle: ~Copyable {
  private let raw: UnsafeMutableRawPointer

  init() throws(CurlFailure) {
    try CurlLibrary.initialise()
    guard let raw = curl_multi_init() else { throw CurlFailure(text: "no memory for a multi handle", status: 0) }
    self.raw = raw
  }

  deinit {
    curl_multi_cleanup(raw)
  }

  var waker: MultiWaker { MultiWaker(raw) }

  func add(_ easy: borrowing EasyHandle) throws(CurlFailure) {
    let status = curl_multi_add_handle(raw, easy.raw)
    guard status == CURLM_OK else { throw CurlFailure(multi: status) }
  }

  func remove(_ easy: borrowing EasyHandle) {
    // Fails only for a handle that is not in, which is what is wanted.
    _ = curl_multi_remove_handle(raw, easy.raw)
  }

  /// Moves every transfer as far as it goes without waiting; failures arrive as results of the transfers.
  func perform() {
    var running: Int32 = 0
    _ = curl_multi_perform(raw, &running)
  }

  /// Waits for a socket, a timer of libcurl's, a wake-up, or the time to pass.
  func poll(upTo limit: Duration) {
    _ = curl_multi_poll(raw, nil, 0, Int32(clamping: limit.millisecondsRoundedUp), nil)
  }

  /// The next transfer that is over, and its result; nil when there is none.
  func nextDone() -> (ActiveTransfer, CurlFailure?)? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(raw, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let result = cshim_message_result(message)
      guard let transfer = ActiveTransfer.stored(in: easy) else { continue }
      return (transfer, result == CURLE_OK ? nil : CurlFailure(easy: result))
    }
    return nil
  }
}

/// Wakes the thread that polls; valid as long as the multi handle lives.
struct MultiWaker: Sendable {
  // curl_multi_wakeup is the one call that libcurl allows from other threads; the mailbox drops the waker first.
  private nonisolated(unsafe) let raw: UnsafeMutableRawPointer

  fileprivate init(_ raw: UnsafeMutableRawPointer) {
    self.raw = raw
  }

  func wake() {
    _ = curl_multi_wakeup(raw)
  }
}

/// The process-wide start of libcurl.
private enum CurlLibrary {
  private static let status = curl_global_init(Int(CURL_GLOBAL_ALL))

  static func initialise() throws(CurlFailure) {
    guard status == CURLE_OK else { throw CurlFailure(easy: status) }
  }
}

extension Duration {
  /// Rounded up, so that a wait never ends before its time.
  var millisecondsRoundedUp: Int64 {
    let (seconds, attoseconds) = components
    guard seconds < Int64.max / 2000 else { return Int64.max / 2 }
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
