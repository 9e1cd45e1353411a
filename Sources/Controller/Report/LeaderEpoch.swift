/// The epoch under which a leader's term reports: it grows from term to term.
package enum LeaderEpoch {
  /// The epoch of a new term.
  ///
  /// It is how often the Lease of the election has changed hands. A Lease that was deleted and made anew counts from
  /// the start again: then the term goes above what the statuses hold, so that it can report at all. How far is left to
  /// chance, so that two installations that serve the same resources by mistake do not meet at one number.
  /// - Parameters:
  ///   - transitions: of the Lease, as it was taken for this term.
  ///   - highestReported: the highest epoch that any status of the served resources holds.
  ///   - random: from 0 on.
  package static func next(transitions: Int64, highestReported: Int64?, random: Int64) -> Int64 {
    guard let highestReported, highestReported >= transitions else { return transitions }
    return highestReported + 1 + random
  }
}
