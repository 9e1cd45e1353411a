/// What goes to the server in one turn.
struct Exchange: Sendable {
  enum Message: Sendable {
    case simple(String)
    case extended(String, [String?])
  }

  typealias Outcome = Result<QueryResult, PostgresError>

  let message: Message
  let sizeLimit: Int
  var copyData: [UInt8]?

  /// libpq takes C strings: a NUL byte would silently cut the statement.
  func validate(_ target: String) throws(PostgresError) {
    let (sql, parameters): (String, [String?]) =
      switch message {
      case .simple(let sql): (sql, [])
      case .extended(let sql, let parameters): (sql, parameters)
      }
    guard !sql.utf8.contains(0) else {
      throw PostgresError(code: .invalidParameters, message: "the statement contains a NUL byte", target: target)
    }
    guard parameters.count <= 65535 else {
      throw PostgresError(code: .invalidParameters, message: "more than 65535 parameters", target: target)
    }
    for (index, parameter) in parameters.enumerated() where parameter?.utf8.contains(0) == true {
      throw PostgresError(
        code: .invalidParameters, message: "parameter $\(index + 1) contains a NUL byte", target: target)
    }
  }
}
