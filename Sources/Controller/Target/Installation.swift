package import Kubernetes
internal import MigrationCore

/// One installation of the controller: all replicas that elect their leader by the same Lease object.
///
/// Its name stands in the `application_name` of every session that a run opens, so that a later leader recognises the
/// left-overs of an earlier one, and never takes those of another installation for them.
package struct Installation: Sendable, Hashable {
  private static let prefix = "whimbrel/"
  /// PostgreSQL cuts application names at 63 bytes (`NAMEDATALEN`).
  private static let longestName = 63

  /// The first eight characters of the Lease's uid; empty if it has none, and then nothing is recognised.
  package let name: String

  /// The installation that elects by a Lease with this uid.
  package init(leaseUID: String) {
    name = String(leaseUID.prefix(8))
  }

  /// The `application_name` of a resource's sessions: `whimbrel/<installation>/<namespace>/<name>`.
  ///
  /// A name that would be too long ends with a digest instead, so that no two resources have the same.
  package func applicationName(of key: ObjectKey) -> String {
    let text = "\(Self.prefix)\(name)/\(key)"
    guard text.utf8.count > Self.longestName else { return text }
    let digest = ContentDigest.sha256(Array(text.utf8)).prefix(8)
    return String(decoding: text.utf8.prefix(Self.longestName - 1 - digest.utf8.count), as: UTF8.self) + "~\(digest)"
  }

  /// Whether a session that holds a database's lock was left over by a run of this installation that is gone.
  ///
  /// It may only be asked by a run that holds the target's Lease and whose process leads: then no other process may be at
  /// work. Two resources may name one database differently, and then they have two Leases: `others` are the application
  /// names of the runs of this process, but for the one that asks.
  package func isLeftOver(_ applicationName: String?, others: Set<String>) -> Bool {
    guard let applicationName, owns(applicationName) else { return false }
    return !others.contains(applicationName)
  }

  /// Whether a session was opened by a run of this installation.
  package func owns(_ applicationName: String?) -> Bool {
    !name.isEmpty && applicationName?.hasPrefix("\(Self.prefix)\(name)/") == true
  }
}
