/// How results are shown.
package struct OutputChoices: Sendable, Hashable {
  /// In which form the result goes to the standard output.
  package enum Form: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case text
    /// For programs, with Flyway's names.
    case json
  }

  /// When colours are used.
  package enum Color: String, Sendable, Hashable, CaseIterable {
    /// Even in a pipe.
    case always
    /// Not even on a terminal.
    case never
    /// On a terminal.
    case auto
  }

  /// In which form the result goes to the standard output.
  package var form = Form.text
  /// When colours are used.
  package var color = Color.auto
  /// Only warnings and errors.
  package var isQuiet = false
  /// Everything that happens.
  package var isDebug = false

  /// Flyway's defaults.
  package init() {}
}
