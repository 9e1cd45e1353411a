internal import CLibCurl

/// Owns one libcurl list of strings.
struct CurlList: ~Copyable {
  private(set) var raw: UnsafeMutablePointer<curl_slist>?

  init(_ lines: [String]) throws(CurlFailure) {
    for line in lines {
      guard let longer = curl_slist_append(raw, line) else {
        throw CurlFailure(easy: CURLE_OUT_OF_MEMORY)
      }
      raw = longer
    }
  }

  deinit {
    curl_slist_free_all(raw)
  }
}
