internal import CLibCurl

/// Owns one libcurl easy handle and the memory that it points to; lives on the loop's thread.
///
/// Remove it from its multi handle before it goes.
struct EasyHandle: ~Copyable {
  let raw: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>
  private let headers: CurlList
  private let connectTo: CurlList

  /// Makes a handle; nothing of the plan but the lists is applied yet.
  init(_ plan: EasyPlan) throws(CurlFailure) {
    let headers = try CurlList(plan.headerLines)
    let connectTo = try CurlList(plan.connectTo)
    guard let raw = curl_easy_init() else { throw CurlFailure(easy: CURLE_FAILED_INIT) }
    self.raw = raw
    self.headers = headers
    self.connectTo = connectTo
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(raw)
    errorText.deallocate()
  }

  /// libcurl's own words about the last failure; empty when it had none.
  var detail: String { String(cString: errorText) }

  /// Lets a paused transfer go on; callbacks may run inside.
  func unpause() {
    _ = curl_easy_pause(raw, CURLPAUSE_CONT)
  }

  /// Sets all options; then the handle is ready to be added to a multi handle.
  ///
  /// - Parameter context: what the callbacks get; it must outlive the handle's time in the multi handle.
  func apply(_ plan: EasyPlan, context: Unmanaged<ActiveTransfer>) throws(CurlFailure) {
    try applyOptions(plan)
    try applyCallbacks(context)
  }

  private func applyOptions(_ plan: EasyPlan) throws(CurlFailure) {
    for (option, value) in plan.numbers { try check(cshim_setopt_long(raw, option, value)) }
    for (option, value) in plan.texts { try check(cshim_setopt_string(raw, option, value)) }
    for (option, value) in plan.blobs {
      try check(value.withUnsafeBytes { cshim_setopt_blob(raw, option, $0.baseAddress, $0.count) })
    }
    if let body = plan.body {
      try check(cshim_setopt_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      // An empty array has no address, and NULL would make libcurl read the body from a callback.
      let status = (body.isEmpty ? [0] : body).withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) { cshim_setopt_string(raw, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
      }
      try check(status)
    }
    // After the body, which would set POST.
    if let method = plan.customMethod { try check(cshim_setopt_string(raw, CURLOPT_CUSTOMREQUEST, method)) }
    try check(cshim_setopt_list(raw, CURLOPT_HTTPHEADER, headers.raw))
    try check(cshim_setopt_list(raw, CURLOPT_CONNECT_TO, connectTo.raw))
    try check(cshim_setopt_pointer(raw, CURLOPT_ERRORBUFFER, errorText))
  }

  private func applyCallbacks(_ context: Unmanaged<ActiveTransfer>) throws(CurlFailure) {
    let pointer = context.toOpaque()
    for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_XFERINFODATA, CURLOPT_PREREQDATA] {
      try check(cshim_setopt_pointer(raw, option, pointer))
    }
    try check(
      cshim_setopt_data_callback(raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        guard let transfer = ActiveTransfer.from(context) else { return 0 }
        return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    try check(
      cshim_setopt_data_callback(raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        guard let transfer = ActiveTransfer.from(context) else { return 0 }
        return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    try check(
      cshim_setopt_progress_callback(raw) { context, _, _, _, uploaded in
        ActiveTransfer.from(context)?.noteUpload(Int64(uploaded))
        return 0
      })
    try check(
      cshim_setopt_connected_callback(raw) { context, _, _, _, _ in
        ActiveTransfer.from(context)?.noteConnection()
        return CURL_PREREQFUNC_OK
      })
    try check(
      cshim_setopt_socket_callback(raw) { _, _, address in
        guard let address else { return CURL_SOCKET_BAD }
        return TransferSocket.open(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
      })
  }

  private func check(_ status: CURLcode) throws(CurlFailure) {
    guard status == CURLE_OK else { throw CurlFailure(easy: status) }
  }
}
