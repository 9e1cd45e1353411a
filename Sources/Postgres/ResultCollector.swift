internal import CLibPQ

/// Gathers the results of one message: the last result counts, the first error wins, the size is bounded.
struct ResultCollector {
  private let limit: Int
  private var size = 0
  private var current = QueryResult()
  private(set) var last = QueryResult()
  private(set) var diagnostics: ServerDiagnostics?
  private(set) var libraryMessage: String?
  private(set) var isOversize = false
  /// How many statements ended well.
  private(set) var completed = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes a result that is rows, the end of rows, or the outcome of a command; true when the limit was just passed.
  mutating func add(_ result: borrowing ResultHandle) -> Bool {
    switch result.status {
    case PGRES_SINGLE_TUPLE:
      return addRows(result)
    case PGRES_TUPLES_OK:
      let isOver = addRows(result)
      finish(result)
      return isOver
    case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      finish(result)
    default:
      if diagnostics == nil, let reported = result.diagnostics {
        diagnostics = reported
      } else if libraryMessage == nil {
        libraryMessage = result.errorMessage
      }
    }
    return false
  }

  private mutating func addRows(_ result: borrowing ResultHandle) -> Bool {
    if current.columns.isEmpty {
      current.columns = result.columns
    }
    guard !isOversize else {
      return false
    }
    for row in 0..<result.rowCount {
      let (values, bytes) = result.values(row: row)
      size += bytes
      guard size <= limit else {
        isOversize = true
        current.rows = []
        return true
      }
      current.rows.append(Row(columns: current.columns, values: values))
    }
    return false
  }

  private mutating func finish(_ result: borrowing ResultHandle) {
    current.commandTag = result.commandTag
    current.affectedRows = result.affectedRows
    last = current
    completed += 1
    current = QueryResult()
  }
}
