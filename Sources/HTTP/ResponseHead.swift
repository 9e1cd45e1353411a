/// The status and the header fields of a response.
struct ResponseHead: Sendable {
  var status: Int
  var headers: HTTPHeaders
}

/// Collects header lines into a head: line in, head out when the final one is complete.
struct ResponseHeadParser {
  enum Step {
    case more
    case head(ResponseHead)
    case tooLarge
  }

  private let limit: Int
  private var received = 0
  private var head: ResponseHead?
  private var isComplete = false

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes one line with its line end; lines after the head are trailers, which count but are not kept.
  mutating func receive(_ line: some Collection<UInt8>) -> Step {
    received += line.count
    guard received <= limit else { return .tooLarge }
    guard !isComplete else { return .more }
    let text = String(decoding: line, as: UTF8.self).trimmingLineEnd()
    if text.hasPrefix("HTTP/") {
      head = ResponseHead(status: Self.status(of: text), headers: HTTPHeaders())
    } else if text.isEmpty {
      guard let head, head.status >= 200 else { return .more }
      isComplete = true
      return .head(head)
    } else if text.hasPrefix(" ") || text.hasPrefix("\t") {
      head?.headers.continueLast(with: text.trimmingBlanks())
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].trimmingBlanks()
      head?.headers.append(name: String(text[..<colon]), value: value)
    }
    return .more
  }

  private static func status(of line: String) -> Int {
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count > 1 else { return 0 }
    return Int(parts[1]) ?? 0
  }
}

extension StringProtocol {
  /// The text without CR and LF at its end; a CR LF is one Character in Swift.
  fileprivate func trimmingLineEnd() -> String {
    var text = String(self)
    while let last = text.last, last == "\r\n" || last == "\n" || last == "\r" { text.removeLast() }
    return text
  }

  /// The text without blanks and tabs at both ends.
  fileprivate func trimmingBlanks() -> String {
    let start = drop { $0 == " " || $0 == "\t" }
    var text = String(start)
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
