internal import CLibPQ
internal import Support

/// libpq's parser for connection strings.
enum ConnectionString {
  private static let limit = 64 << 10

  /// The options that the text sets, by keyword.
  static func options(_ text: Redacted<String>) throws(PostgresError) -> [String: String] {
    guard text.reveal().utf8.count <= limit, !text.reveal().utf8.contains(0) else {
      throw ConnectionParameters.refusal("the connection URI is longer than 64 KiB or contains a NUL byte")
    }
    var message: UnsafeMutablePointer<CChar>?
    guard let start = PQconninfoParse(text.reveal(), &message) else {
      defer { PQfreemem(message) }
      throw refusal(message.map { String(cString: $0) } ?? "", text)
    }
    defer { PQconninfoFree(start) }
    var options: [String: String] = [:]
    var option = start
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val, value[0] != 0 {
        options[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return options
  }

  /// libpq's message quotes what it cannot read, which may be the password: only a keyword may be repeated.
  ///
  /// Not even that where it may be a piece of a password that is not encoded or quoted.
  private static func refusal(_ message: String, _ text: Redacted<String>) -> PostgresError {
    let opening = ["invalid URI query parameter: \"", "invalid connection option \""]
    for start in opening where message.hasPrefix(start) {
      let keyword = message.dropFirst(start.count).prefix { $0 != "\"" }
      guard !isDoubtful(text), keyword.count <= 40, keyword.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") })
      else {
        break
      }
      return ConnectionParameters.refusal(
        "the connection URI has the option \"\(keyword)\", which PostgreSQL does not know; remove it")
    }
    return ConnectionParameters.refusal(
      "the connection URI cannot be read; write postgresql://user:password@host:port/database and percent-encode"
        + " special characters in the password")
  }

  private static func isDoubtful(_ text: Redacted<String>) -> Bool {
    let text = text.reveal()
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
      return text.contains("password")
    }
    return text.drop { $0 != "?" }.contains("@")
  }
}
