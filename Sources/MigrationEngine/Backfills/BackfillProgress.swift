/// How far a backfill has come in this run.
package struct BackfillProgress: Sendable, Equatable {
  /// Which statement of its script it is, from 1.
  package var statement: Int
  /// The table as the directive names it.
  package var table: String
  /// How many rows this run has changed.
  package var rows = 0
  /// How many rows the table has, by the server's statistics; nil where there are none.
  package var estimated: Int?
  /// How often the table is gone through, from 1; from the second time on for rows that others have written meanwhile.
  package var pass = 1
  /// How many tenants of this pass are done; 0 where the table is not distributed.
  package var tenants = 0
  /// The shard that is worked on; nil where the table is not distributed.
  package var shard: Int?
  /// Whether it is worth a line of a log and a write of a status: at first, every ten seconds, and at the end.
  package var isNotable = false
  /// Whether nothing is left.
  package var isFinished = false

  /// Where it is, in a few words, without values of rows.
  package var position: String {
    var parts = ["pass \(pass)"]
    if let shard { parts.append("shard \(shard)") }
    if tenants > 0 { parts.append("\(tenants) tenants done") }
    return isFinished ? "done" : parts.joined(separator: ", ")
  }
}
