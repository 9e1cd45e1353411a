internal import Support

/// An address as pgjdbc reads it (`org.postgresql.Driver.parseURL`).
struct JDBCURL {
  /// Without brackets; `localhost` where none is named.
  private(set) var host = "localhost"
  private(set) var port = 5432
  /// Nil where none is named: the user's name counts.
  private(set) var database: String?
  /// What stands behind `?`, in order.
  private(set) var properties: [(name: String, value: String)] = []

  /// Reads `jdbc:postgresql://host:port/database?name=value&...`, `jdbc:postgresql:database` and what lies between.
  ///
  /// - Throws: `.invalidURL` and `.unsupported`, which never show the text.
  init(_ url: Redacted<String>, at place: String) throws(SettingsError) {
    let text = url.reveal()
    guard text.utf8.count <= 64 << 10, !text.utf8.contains(0) else {
      throw Self.invalid("is longer than 64 KiB or contains a NUL byte", place)
    }
    let rest = try Self.withoutScheme(text, place)
    let mark = rest.firstIndex(of: "?")
    if let mark {
      for part in rest[rest.index(after: mark)...].split(separator: "&") {
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let value = Self.decoded(pair.count == 2 ? pair[1] : "") else {
          throw Self.invalid("has a % that is followed by no two hexadecimal digits", place)
        }
        properties.append((String(pair[0]), value))
      }
    }
    let server = rest[..<(mark ?? rest.endIndex)]
    if server.hasPrefix("//") {
      try readServer(server.dropFirst(2), place)
    } else {
      try readDatabase(server.first == "/" ? server.dropFirst() : server, place)
    }
  }

  private static func withoutScheme(_ text: String, _ place: String) throws(SettingsError) -> Substring {
    for scheme in ["jdbc:postgresql:", "jdbc:otel:postgresql:", "jdbc:p6spy:postgresql:"] where text.hasPrefix(scheme) {
      return text.dropFirst(scheme.count)
    }
    let name = text.dropFirst(5).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    throw SettingsError(
      .unsupported, "The URL is for \(name.isEmpty ? "another database" : "`jdbc:\(String(name).shown)`").", at: place,
      nextStep: "Only PostgreSQL and Citus are supported: jdbc:postgresql://host:5432/database.")
  }

  private mutating func readServer(_ server: Substring, _ place: String) throws(SettingsError) {
    guard let slash = server.firstIndex(of: "/") else {
      try readAddress(server, place)
      return
    }
    let database = server[server.index(after: slash)...]
    guard !database.contains("/") else { throw Self.invalid("has more than one / behind the host", place) }
    try readDatabase(database, place)
    try readAddress(server[..<slash], place)
  }

  private mutating func readDatabase(_ text: Substring, _ place: String) throws(SettingsError) {
    guard let name = Self.decoded(text) else {
      throw Self.invalid("has a % that is followed by no two hexadecimal digits", place)
    }
    database = name.isEmpty ? nil : name
  }

  private mutating func readAddress(_ address: Substring, _ place: String) throws(SettingsError) {
    guard !address.contains("@") else {
      throw Self.invalid("names a user before the host, which JDBC does not know; set user and password instead", place)
    }
    guard !address.contains(",") else {
      throw SettingsError(
        .unsupported, "The URL names several hosts.", at: place,
        nextStep: "Name one: the coordinator, or the address that always leads to it.")
    }
    var host = address
    if let colon = address.lastIndex(of: ":"), !address[colon...].contains("]") {
      host = address[..<colon]
      let text = address[address.index(after: colon)...]
      guard text.isEmpty || Int(text).map((1...65535).contains) == true else {
        throw Self.invalid("has a port that is no number between 1 and 65535", place)
      }
      port = Int(text) ?? 5432
    }
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    if !host.isEmpty { self.host = String(host) }
  }

  private static func invalid(_ problem: String, _ place: String) -> SettingsError {
    SettingsError(
      .invalidURL, "The URL \(problem).", at: place, nextStep: "Write jdbc:postgresql://host:5432/database.")
  }

  /// As Java's `URLDecoder`: `+` is a blank; nil for a `%` that is followed by no two hexadecimal digits.
  static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let high = hexadecimal(rest.removeFirst()), let low = hexadecimal(rest.removeFirst())
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
