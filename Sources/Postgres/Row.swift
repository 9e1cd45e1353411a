/// One row of a result: values in text form, nil for NULL.
package struct Row: Sendable, Equatable {
  /// The names of the columns, shared with the result.
  package let columns: [String]
  /// The values in the order of the columns.
  package let values: [String?]

  /// Makes a row of as many values as there are columns.
  package init(columns: [String], values: [String?]) {
    self.columns = columns
    self.values = values
  }

  /// The value of the first column of that name; nil for NULL and for a name that the result does not have.
  package subscript(column: String) -> String? {
    guard let index = columns.firstIndex(of: column) else {
      return nil
    }
    return self[index]
  }

  /// The value of the column at an index from 0; nil for NULL and for an index out of range.
  package subscript(index: Int) -> String? {
    values.indices.contains(index) ? values[index] : nil
  }
}
