/// What was found where the history table should be.
package enum HistoryTable: Sendable, Hashable {
  /// The table is there, empty or not.
  case present
  /// The table is not there; whether the managed schemas hold objects already.
  case absent(schemasAreEmpty: Bool)
}
