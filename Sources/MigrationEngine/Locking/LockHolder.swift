/// The session that holds the migration lock, as `pg_stat_activity` shows it.
///
/// What the role may not see of other roles' sessions is nil: `pg_monitor` lets it see all.
package struct LockHolder: Sendable, Equatable {
  /// Its server process.
  package let pid: Int
  /// Its `application_name`, unless that is empty.
  package let application: String?
  /// Its address, nil for a Unix socket.
  package let address: String?
  /// When its transaction began, else when it became idle, as the server writes it.
  package let since: String?
  /// Its current or last statement on one line, at most 200 characters, without its literals.
  package let query: String?

  /// A holder from what is known.
  package init(pid: Int, application: String?, address: String?, since: String?, query: String?) {
    self.pid = pid
    self.application = application
    self.address = address
    self.since = since
    self.query = query
  }

  /// `backend 4711 (flyway) from 10.0.0.7, since 2026-01-01 10:00:00+00, last seen with: SELECT ...`.
  package var description: String {
    var text = "backend \(pid)" + (application.map { " (\($0))" } ?? "") + " from \(address ?? "local")"
    if let since { text += ", since \(since)" }
    if let query { text += ", last seen with: \(query)" }
    return text
  }
}
