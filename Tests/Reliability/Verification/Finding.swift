/// Something that must not be.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
  /// What kind of wrong it is.
  package enum Kind: String, Sendable {
    /// A migration, or a part of it, did not happen.
    case loss
    /// A migration, or a part of it, happened more than once.
    case double
    /// The history is not what Flyway would have written.
    case history
    /// Two sessions wrote at the same time, or an old one after a new one.
    case fencing
    /// Something was left behind: a lock, a transaction, an index, a Lease.
    case leftOver
    /// The resource, or a process, is not where it should be.
    case state
  }

  package let kind: Kind
  package let text: String
  package var description: String { "\(kind.rawValue): \(text)" }

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
