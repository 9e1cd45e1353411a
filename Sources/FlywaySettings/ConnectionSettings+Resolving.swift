internal import Postgres
internal import Support

extension ConnectionSettings {
  /// What the URL, the user, the password and the options come to.
  ///
  /// The TLS mode is `prefer` where nothing is said, as with pgjdbc and libpq.
  /// - Parameter readFile: reads a PEM file that `sslrootcert`, `sslcert` or `sslkey` names; blocks.
  /// - Throws: `SettingsError` with `.missingURL`, `.invalidURL` or `.unsupported`.
  package func resolve(
    readFile: @escaping (_ path: String) throws -> String
  ) throws(SettingsError) -> ResolvedConnection {
    guard let url else {
      throw SettingsError(
        .missingURL, "There is no address of a database.",
        nextStep: "Set url, user and password: -url=jdbc:postgresql://host:5432/database, FLYWAY_URL, or a flyway.toml."
      )
    }
    do throws(PostgresError) {
      let parameters = try ConnectionParameters(uri: url, readFile: readFile)
      return ResolvedConnection(parameters: parameters, initSql: initSql, notices: [])
    } catch {
      throw SettingsError(.invalidURL, error.message, at: urlPlace, nextStep: "Correct it.")
    }
  }
}
