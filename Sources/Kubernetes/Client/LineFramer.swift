/// Cuts a stream of bytes into lines, none longer than a limit.
struct LineFramer {
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var searched = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether bytes of an unfinished line are waiting.
  var hasPartialLine: Bool { start < buffer.count }

  mutating func append(_ bytes: [UInt8]) {
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    buffer += bytes
  }

  /// The next whole line without its end, empty ones left out; nil if more bytes are needed.
  ///
  /// - Throws: `KubernetesError` with code `decoding` if a line is longer than the limit.
  mutating func next() throws(KubernetesError) -> [UInt8]? {
    while let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = buffer[start..<end]
      start = end + 1
      searched = start
      if line.count > limit { throw tooLong }
      if !line.isEmpty { return Array(line) }
    }
    searched = buffer.count
    if buffer.count - start > limit { throw tooLong }
    return nil
  }

  /// What is left behind the last line end, once; nil if nothing is.
  mutating func rest() -> [UInt8]? {
    guard hasPartialLine else { return nil }
    defer { (buffer, start, searched) = ([], 0, 0) }
    return Array(buffer[start...])
  }

  private var tooLong: KubernetesError {
    KubernetesError(code: .decoding, message: "a line of the answer has more than \(limit) bytes")
  }
}
