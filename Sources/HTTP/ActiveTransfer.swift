internal import CLibCurl

/// A transfer while libcurl works on it: the easy handle, its callbacks, and its timers; lives on the loop's thread.
final class ActiveTransfer {
  let transfer: Transfer
  private var easy: EasyHandle?
  private var heads: ResponseHeadParser
  private var timer: SilenceTimer
  private var uploaded: Int64 = 0
  /// Why a callback stopped the transfer; libcurl itself reports only that one did.
  private var refusal: HTTPError?

  /// Prepares the transfer; nothing is sent before `begin`.
  init(_ transfer: Transfer, now: ContinuousClock.Instant) {
    self.transfer = transfer
    heads = ResponseHeadParser(limit: transfer.request.headerLimit)
    let request = transfer.request
    timer = SilenceTimer(connectLimit: request.connectTimeout, idleLimit: request.idleTimeout, now: now)
  }

  func begin(in multi: borrowing MultiHandle) throws(CurlFailure) {
    let plan = EasyPlan(transfer.request, transfer.url)
    let handle = try EasyHandle(plan)
    try handle.apply(plan, context: Unmanaged.passUnretained(self))
    try multi.add(handle)
    easy = consume handle
  }

  func end(in multi: borrowing MultiHandle) {
    guard let handle = easy.take() else { return }
    multi.remove(handle)
  }

  /// The reader took bytes.
  func resume(now: ContinuousClock.Instant) {
    timer.letGo(now)
    // Callbacks run inside and use this object, so the handle is not held exclusively: it is only borrowed.
    easy?.unpause()
  }

  /// How long the transfer may still wait for its peer; nil when it may for ever.
  func remaining(now: ContinuousClock.Instant) -> Duration? {
    timer.remaining(now)
  }

  /// The error of a transfer that waited for too long.
  var silence: HTTPError {
    transfer.error(.timedOut, "\(timer.verdict); \(HTTPError.Code.timedOut.nextStep)")
  }

  /// What a result of libcurl means for the reader.
  func outcome(of failure: CurlFailure?) -> TransferState.Outcome {
    guard let failure else { return .complete }
    if let refusal { return .failed(refusal) }
    let detail = easy?.detail ?? ""
    let code = failure.code(detail: detail)
    let request = transfer.request
    let what = withoutAddresses(detail.isEmpty ? failure.text : detail)
    return .failed(
      HTTPError(
        code: code, message: "\(request.safeText): \(what) (libcurl \(failure.status)); \(code.nextStep)",
        url: RequestURL.safeText(of: request.url), isTransient: failure.isTransient(detail: detail)))
  }

  /// libcurl quotes a proxy or a URL that it does not understand, with the password in it.
  private func withoutAddresses(_ text: String) -> String {
    let request = transfer.request
    let withoutURL = text.replacing(request.url, with: RequestURL.safeText(of: request.url))
    guard let proxy = request.proxy else { return withoutURL }
    return withoutURL.replacing(proxy, with: "(the proxy)")
  }
}

// MARK: - Callbacks

extension ActiveTransfer {
  static func from(_ context: UnsafeMutableRawPointer?) -> ActiveTransfer? {
    context.map { Unmanaged<ActiveTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  static func stored(in easy: UnsafeMutableRawPointer) -> ActiveTransfer? {
    var context: UnsafeMutableRawPointer?
    guard cshim_getinfo_private(easy, &context) == CURLE_OK else { return nil }
    return from(context)
  }

  func noteConnection() {
    timer.connected(.now)
  }

  /// Takes bytes of the body; returns what libcurl expects: the count, a pause, or another number to stop.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch transfer.receive(bytes: bytes) {
    case .accepted:
      timer.touch(.now)
      return bytes.count
    case .full:
      timer.holdBack()
      return Int(CURL_WRITEFUNC_PAUSE)
    case .stopped:
      return bytes.isEmpty ? 1 : 0
    }
  }

  /// Takes one header line; returns its length, or another number to stop.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
    timer.touch(.now)
    switch heads.receive(line) {
    case .more:
      return line.count
    case .head(let head):
      transfer.receive(head: head)
      return line.count
    case .tooLarge:
      let limit = transfer.request.headerLimit
      refusal = transfer.error(
        .headersTooLarge, "the response headers are longer than \(limit) bytes; look at what answers at this address")
      return line.isEmpty ? 1 : 0
    }
  }

  func noteUpload(_ total: Int64) {
    guard total != uploaded else { return }
    uploaded = total
    timer.touch(.now)
  }
}
