/// One request that a test server received.
package struct HTTPServerRequest: Sendable {
  /// The method, such as `GET`.
  package let method: String
  /// The target as sent: path and query.
  package let target: String
  /// The header fields in order.
  package let headers: [(name: String, value: String)]
  /// The whole body.
  package let body: [UInt8]

  /// The target up to the question mark.
  package var path: String { String(target.prefix { $0 != "?" }) }

  /// The pairs of the query, not percent-decoded; the last of a name wins.
  package var query: [String: String] {
    guard let mark = target.firstIndex(of: "?") else { return [:] }
    var pairs: [String: String] = [:]
    for pair in target[target.index(after: mark)...].split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      pairs[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    return pairs
  }

  /// The first value of a header field; names compare without regard to case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Reads the request line and the header fields; nil when they are none.
  static func parse(head: [UInt8]) -> HTTPServerRequest? {
    let lines = head.split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
    guard let parts = lines.first?.split(separator: " "), parts.count == 3 else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
    return HTTPServerRequest(method: String(parts[0]), target: String(parts[1]), headers: headers, body: [])
  }

  func with(body: [UInt8]) -> HTTPServerRequest {
    HTTPServerRequest(method: method, target: target, headers: headers, body: body)
  }
}
