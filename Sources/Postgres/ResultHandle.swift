internal import CLibPQ

/// One result of libpq; freed with this value.
struct ResultHandle: ~Copyable {
  private let raw: OpaquePointer

  init(_ raw: OpaquePointer) {
    self.raw = raw
  }

  deinit {
    PQclear(raw)
  }

  var status: ExecStatusType { PQresultStatus(raw) }

  var rowCount: Int { Int(PQntuples(raw)) }

  var columns: [String] {
    (0..<PQnfields(raw)).map { index in PQfname(raw, index).map { String(cString: $0) } ?? "" }
  }

  var commandTag: String {
    PQcmdStatus(raw).map { String(cString: $0) } ?? ""
  }

  var affectedRows: Int? {
    PQcmdTuples(raw).flatMap { Int(String(cString: $0)) }
  }

  /// The values of a row, and their size in bytes.
  func values(row: Int) -> (values: [String?], size: Int) {
    let row = Int32(row)
    var size = 0
    let values = (0..<PQnfields(raw)).map { column -> String? in
      size += MemoryLayout<String?>.stride
      guard PQgetisnull(raw, row, column) == 0, let start = PQgetvalue(raw, row, column) else {
        return nil
      }
      let length = Int(PQgetlength(raw, row, column))
      size += length
      return String(
        decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }
    return (values, size)
  }

  /// What the server said, or libpq itself if that is where the error came from (then without SQLSTATE).
  var diagnostics: ServerDiagnostics? { Self.diagnostics(of: raw) }

  /// libpq's own message, for errors that have no diagnostics.
  var errorMessage: String {
    PQresultErrorMessage(raw).map { String(cString: $0).trimmingEnd() } ?? ""
  }

  /// Reads the diagnostics of a result that somebody else owns, such as a notice.
  static func diagnostics(of raw: OpaquePointer) -> ServerDiagnostics? {
    guard let sqlState = field(raw, cshim_diag_sqlstate) else {
      return nil
    }
    var diagnostics = ServerDiagnostics(
      severity: field(raw, cshim_diag_severity_nonlocalized) ?? "ERROR", sqlState: SQLState(rawValue: sqlState),
      message: field(raw, cshim_diag_message_primary) ?? "")
    diagnostics.detail = field(raw, cshim_diag_message_detail)
    diagnostics.hint = field(raw, cshim_diag_message_hint)
    diagnostics.statementPosition = field(raw, cshim_diag_statement_position).flatMap { Int($0) }
    diagnostics.internalPosition = field(raw, cshim_diag_internal_position).flatMap { Int($0) }
    diagnostics.internalQuery = field(raw, cshim_diag_internal_query)
    diagnostics.context = field(raw, cshim_diag_context)
    diagnostics.schemaName = field(raw, cshim_diag_schema_name)
    diagnostics.tableName = field(raw, cshim_diag_table_name)
    diagnostics.columnName = field(raw, cshim_diag_column_name)
    diagnostics.dataTypeName = field(raw, cshim_diag_datatype_name)
    diagnostics.constraintName = field(raw, cshim_diag_constraint_name)
    diagnostics.sourceFile = field(raw, cshim_diag_source_file)
    diagnostics.sourceLine = field(raw, cshim_diag_source_line).flatMap { Int($0) }
    diagnostics.sourceFunction = field(raw, cshim_diag_source_function)
    return diagnostics
  }

  /// A field's text, cut at 64 KiB.
  private static func field(_ raw: OpaquePointer, _ code: Int32) -> String? {
    guard let text = PQresultErrorField(raw, code) else {
      return nil
    }
    let limit = 64 << 10
    var length = 0
    while length < limit, text[length] != 0 {
      length += 1
    }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }
}

extension String {
  /// The text without white space at its end: libpq ends its messages with a newline.
  func trimmingEnd() -> String {
    var text = self[...]
    while text.last?.isWhitespace == true {
      text.removeLast()
    }
    return String(text)
  }
}
