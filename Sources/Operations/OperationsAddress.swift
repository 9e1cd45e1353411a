/// Where the operations endpoint listens.
package struct OperationsAddress: Sendable, Hashable {
  /// A name or an IP address; an IPv6 address without its brackets.
  package let host: String
  /// 0 to 65535; 0 lets the kernel choose.
  package let port: Int

  /// Reads `host:port`, `[IPv6]:port`, or `:port` for every IPv4 address; anything else is nil.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let port = Int(digits), port <= 65535
    else { return nil }
    let host = text[..<colon]
    self.port = port
    if host.isEmpty {
      self.host = "0.0.0.0"
    } else if host.hasPrefix("[") {
      guard host.hasSuffix("]"), host.contains(":") else { return nil }
      self.host = String(host.dropFirst().dropLast())
    } else {
      guard host.utf8.count <= 253, !host.contains(where: { ":[]/@ ".contains($0) }) else { return nil }
      self.host = String(host)
    }
  }
}

extension OperationsAddress: CustomStringConvertible {
  /// The address as it is read.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
