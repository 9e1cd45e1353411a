/// A table in the look of Flyway's `info` (`AsciiTable.java`), aligned by what a terminal shows.
struct TextTable {
  let columns: [String]
  let rows: [[String]]
  /// Shown where there are no rows.
  let emptyText: String

  /// The lines, the last one with its line break.
  ///
  /// - Parameter paint: colours a padded cell by row and column; the widths do not depend on it.
  func render(paint: (_ cell: String, _ row: Int, _ column: Int) -> String = { cell, _, _ in cell }) -> String {
    let cells = rows.map { $0.map { VisibleText.cell($0) } }
    let widths = DisplayWidth.columns(columns, cells)
    let ruler = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined() + "\n"
    func line(_ texts: [String]) -> String { "|" + texts.map { " \($0) |" }.joined() + "\n" }
    let header = line(zip(columns, widths).map { DisplayWidth.padded($0, to: $1) })
    guard !cells.isEmpty else {
      return ruler + header + ruler + "| " + DisplayWidth.padded(emptyText, to: ruler.count - 5) + " |\n" + ruler
    }
    let body = cells.enumerated().map { row, texts in
      line(
        texts.enumerated().map { column, text in
          paint(DisplayWidth.padded(text, to: widths[column]), row, column)
        })
    }
    return ruler + header + ruler + body.joined() + ruler
  }
}
