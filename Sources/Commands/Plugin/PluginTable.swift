/// A table as kubectl prints it: a line a row, columns aligned by what a terminal shows.
struct PluginTable {
  let columns: [String]
  let rows: [[String]]

  /// The lines, each with its line break.
  ///
  /// - Parameter paint: colours a padded cell by row and column.
  func render(paint: (_ cell: String, _ row: Int, _ column: Int) -> String = { cell, _, _ in cell }) -> String {
    let cells = rows.map { $0.map { VisibleText.cell($0) } }
    let widths = DisplayWidth.columns(columns, cells)
    func line(_ texts: [String], _ row: Int?) -> String {
      let padded = texts.enumerated().map { column, text in
        let cell = column == columns.count - 1 ? text : DisplayWidth.padded(text, to: widths[column])
        return row.map { paint(cell, $0, column) } ?? cell
      }
      return padded.joined(separator: "   ") + "\n"
    }
    return line(columns, nil) + cells.enumerated().map { line($1, $0) }.joined()
  }
}
