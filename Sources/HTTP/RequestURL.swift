/// The parts of a URL that connecting and showing need; everything else stays libcurl's business.
struct RequestURL: Sendable, Equatable {
  let scheme: String
  /// `user:password`, as written.
  let userInfo: String?
  /// As written: an IPv6 address keeps its brackets.
  let host: String
  /// As written; nil means the scheme's own.
  let port: Int?
  /// Path, query and fragment, as written.
  let rest: String

  /// Parses an absolute URL; nil when it is none, has another scheme, or holds spaces or control characters.
  init?(_ text: String, schemes: Set<String> = ["http", "https"]) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
    guard let separator = text.firstRange(of: "://") else { return nil }
    scheme = text[..<separator.lowerBound].lowercased()
    guard schemes.contains(scheme) else { return nil }
    let afterScheme = text[separator.upperBound...]
    let end = afterScheme.firstIndex { "/?#".contains($0) } ?? afterScheme.endIndex
    rest = String(afterScheme[end...])
    var authority = afterScheme[..<end]
    if let at = authority.lastIndex(of: "@") {
      userInfo = String(authority[..<at])
      authority = authority[authority.index(after: at)...]
    } else {
      userInfo = nil
    }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    self.host = host
    self.port = port
  }

  /// The port in force.
  var effectivePort: Int { port ?? (scheme == "https" ? 443 : 80) }

  /// The host, and the port where one is written: the value of the `Host` header.
  var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// The same URL with another host, for TLS to verify; the port becomes explicit.
  func with(host other: String) -> String {
    let bracketed = other.contains(":") && !other.hasPrefix("[") ? "[\(other)]" : other
    return "\(scheme)://\(userInfo.map { $0 + "@" } ?? "")\(bracketed):\(effectivePort)\(rest)"
  }

  /// The URL without user info, query and fragment; a text that is no URL shows nothing of itself.
  static func safeText(of url: String) -> String {
    guard let parsed = RequestURL(url) else { return "(not a URL)" }
    let path = parsed.rest.prefix { $0 != "?" && $0 != "#" }
    return "\(parsed.scheme)://\(parsed.authority)\(path)"
  }

  private static func hostAndPort(_ authority: Substring) -> (String, Int?)? {
    let hostEnd: Substring.Index
    if authority.hasPrefix("[") {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      hostEnd = authority.index(after: bracket)
    } else {
      hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
    }
    let host = authority[..<hostEnd]
    guard !host.isEmpty else { return nil }
    guard hostEnd < authority.endIndex else { return (String(host), nil) }
    guard authority[hostEnd] == ":" else { return nil }
    guard let port = UInt16(authority[authority.index(after: hostEnd)...]), port > 0 else { return nil }
    return (String(host), Int(port))
  }
}
