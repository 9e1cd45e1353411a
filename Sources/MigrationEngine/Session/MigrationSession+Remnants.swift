extension MigrationSession {
  /// Ends what workers still do in this database for sessions that have ended. (It finds none yet.)
  ///
  /// - Returns: how many worker sessions were ended.
  /// - Throws: `connection`, `cancelled`.
  package func endRemnants() async throws(EngineError) -> Int { 0 }
}
