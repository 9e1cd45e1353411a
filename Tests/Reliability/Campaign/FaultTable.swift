/// The outcome of a campaign as an aligned table: pure.
package struct FaultTable: Sendable {
  /// A line of it.
  struct Row: Sendable, Equatable {
    var fault: String
    var times: Int
    var survived: Int
    var worst: Duration?
    var median: Duration?
    var counted: String
  }

  let rows: [Row]

  /// Sums records up, in the order of the faults.
  package init(_ records: [FaultRecord], faults: [Fault]) {
    rows = faults.compactMap { fault in
      let own = records.filter { $0.fault == fault.name }
      guard !own.isEmpty else { return nil }
      let recoveries = own.compactMap(\.recovery).sorted()
      return Row(
        fault: fault.title, times: own.count, survived: own.count(where: \.isSurvived), worst: recoveries.last,
        median: recoveries.isEmpty ? nil : recoveries[(recoveries.count - 1) / 2], counted: fault.counted)
    }
  }

  /// The table, columns separated by `|`, as Markdown reads it too.
  package var text: String {
    let head = ["fault", "times", "survived", "worst recovery", "median", "counted from"]
    let body = rows.map { row in
      [
        row.fault, "\(row.times)", "\(row.survived)", Self.seconds(row.worst), Self.seconds(row.median), row.counted,
      ]
    }
    let widths = head.indices.map { column in ([head] + body).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return (1...4).contains(column) ? space + cell : cell + space
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule =
      "|"
      + widths.enumerated().map { column, width in
        String(repeating: "-", count: width + 1) + ((1...4).contains(column) ? ":" : "-")
      }.joined(separator: "|") + "|"
    return ([line(head), rule] + body.map(line)).joined(separator: "\n")
  }

  private static func seconds(_ duration: Duration?) -> String { duration.map { "\($0.inSeconds) s" } ?? "-" }
}
