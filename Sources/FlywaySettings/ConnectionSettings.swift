package import Postgres
package import Support

/// Where the database is, as it was written.
package struct ConnectionSettings: Sendable {
  /// The setting `url`; it may hold a password.
  package var url: Redacted<String>?
  /// Where the URL stands, for messages.
  package var urlPlace: String
  /// The setting `user`; what the URL says comes first, as in pgjdbc.
  package var user: String?
  /// The setting `password`; what the URL says comes first, as in pgjdbc.
  package var password: Redacted<String>?
  /// How often a connection that fails is tried again.
  package var connectRetries: Int
  /// The longest wait between two tries; the first is 1 s, each further one twice as long.
  package var connectRetriesInterval: Duration
  /// Options of the connection under pgjdbc's names.
  package var jdbcProperties: [String: Redacted<String>]
  /// The setting `initSql`.
  package var initSql: String?
  /// The name of the operating system's user, which pgjdbc takes where no user is named; nil if it is not known.
  package var systemUser: String?
  /// `PGPASSFILE` or `~/.pgpass`, which pgjdbc asks where no password is given; nil where there is no home directory.
  package var passwordFile: String?
}

/// What `ConnectionSettings` come to.
package struct ResolvedConnection: Sendable {
  /// For `PostgresConnection`.
  package var parameters: ConnectionParameters
  /// What to run on every new connection: what the URL sets for the session, then `initSql`.
  package var initSql: String?
  /// Options that have no meaning here.
  package var notices: [String]
}
