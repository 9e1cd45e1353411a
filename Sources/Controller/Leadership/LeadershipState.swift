/// Whether this replica leads or is about to stop: a value.
///
/// A term may begin only if no stop was asked for before, and a stop that comes later finds the term: one lock around this
/// value decides which of the two came first.
struct LeadershipState<Term: Sendable>: Sendable {
  /// The term under way.
  private(set) var term: Term?
  /// Whether a graceful stop was asked for: nothing new begins any more.
  private(set) var isStopping = false

  /// Begins a term; false if there is to be none any more.
  mutating func begin(_ new: Term) -> Bool {
    guard !isStopping else { return false }
    term = new
    return true
  }

  /// The term has ended.
  mutating func end() {
    term = nil
  }

  /// Stops if there is no term; false if there is one.
  mutating func stopUnlessLeading() -> Bool {
    guard term == nil else { return false }
    isStopping = true
    return true
  }

  /// Asks for the graceful stop; returns the term that is to end.
  mutating func stop() -> Term? {
    isStopping = true
    return term
  }
}
