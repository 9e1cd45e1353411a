/// Where a repository is: an address of `https` or `ssh` that is safe to hand to git.
///
/// git itself takes much more: local paths, `file:`, `ext:` (which runs a command), `git@host:path`, options that look like
/// addresses. None of it is let through, and no credentials, which would end up in logs.
package struct GitURL: Sendable, Hashable, CustomStringConvertible {
  /// How the repository is reached.
  package enum Scheme: String, Sendable {
    case https, ssh
  }

  package let scheme: Scheme
  /// The host, with its port if there is one.
  package let authority: String
  /// The address as it was written.
  package let text: String

  package var description: String { text }

  private static let longest = 2048

  /// Reads an address.
  /// - Throws: `invalid`, with what is wrong; never with a part of the text that could be a password.
  package init(_ text: String) throws(SourceError) {
    guard text.utf8.count <= Self.longest else { throw Self.invalid("it is longer than \(Self.longest) bytes") }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw Self.invalid(
        "it holds a space, a backslash, a control character or a letter beyond ASCII; escape it as %XX")
    }
    let (scheme, rest) = try Self.scheme(of: text)
    guard let slash = rest.firstIndex(of: "/"), slash != rest.startIndex else {
      throw Self.invalid("it has no host or no path")
    }
    try Self.checkPath(rest[slash...])
    let authority = rest[..<slash]
    let host = try Self.host(of: authority, scheme)
    try Self.check(host)
    (self.scheme, self.authority, self.text) = (scheme, String(host), text)
  }

  private static func scheme(of text: String) throws(SourceError) -> (Scheme, Substring) {
    guard let colon = text.firstRange(of: "://") else {
      throw invalid("it does not begin with https:// or ssh:// (write git@host:path as ssh://git@host/path)")
    }
    guard let scheme = Scheme(rawValue: String(text[..<colon.lowerBound])) else {
      throw invalid("only https:// and ssh:// are possible")
    }
    return (scheme, text[colon.upperBound...])
  }

  /// What is left of the authority without the user, which only ssh may have.
  private static func host(of authority: Substring, _ scheme: Scheme) throws(SourceError) -> Substring {
    guard let at = authority.lastIndex(of: "@") else { return authority }
    let user = authority[..<at]
    guard scheme == .ssh, !user.contains(":") else {
      throw invalid("it holds credentials; put them into the Secret that secretRef names")
    }
    guard isName(user, also: "._-") else { throw invalid("the user before '@' has characters that no user's name has") }
    return authority[authority.index(after: at)...]
  }

  private static func check(_ authority: Substring) throws(SourceError) {
    let host: Substring
    let rest: Substring
    if authority.first == "[", let end = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<end]
      rest = authority[authority.index(after: end)...]
      guard !host.isEmpty, host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        throw invalid("what is between the brackets is no IPv6 address")
      }
    } else {
      host = authority.prefix { $0 != ":" }
      rest = authority[host.endIndex...]
      guard isName(host, also: ".-") else { throw invalid("the host is empty, or has characters that no host has") }
    }
    guard rest.isEmpty || rest.first == ":" && isPort(rest.dropFirst()) else {
      throw invalid("the port is no number between 1 and 65535")
    }
  }

  private static func checkPath(_ path: Substring) throws(SourceError) {
    guard path.contains(where: { $0 != "/" }) else { throw invalid("it has no path") }
    guard !path.contains("?"), !path.contains("#") else { throw invalid("it has a query or a fragment; leave it out") }
    guard let decoded = decoded(path) else { throw invalid("a '%' is not followed by two hexadecimal digits") }
    guard decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw invalid("an escape stands for a control character")
    }
    guard !decoded.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) else {
      throw invalid("its path has a part '..'")
    }
  }

  private static func decoded(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  private static func isName(_ text: Substring, also others: String) -> Bool {
    guard let first = text.first, first != "-" else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) }
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.allSatisfy { $0.isASCII && $0.isNumber } && (1...65535).contains(Int(text) ?? 0)
  }

  private static func invalid(_ what: String) -> SourceError {
    SourceError(.invalid, "the URL cannot be used: \(what)")
  }
}
