import TestSupport

/// Migrations that leave one row each time they run: a table tells how often each ran.
enum Trace {
  /// V1 makes the table `trace`, and each of the others adds its version; `extra` is put in front by version.
  static func files(_ count: Int, extra: [Int: String] = [:]) -> [String: String] {
    var files = ["V1__trace.sql": "\(extra[1] ?? "")\nCREATE TABLE trace (version int);\nINSERT INTO trace VALUES (1);"]
    for version in 1...count where version > 1 {
      files["V\(version)__step.sql"] = "\(extra[version] ?? "")\nINSERT INTO trace VALUES (\(version));"
    }
    return files
  }

  /// The versions as often as they ran, and as often as the history has them: both `1,2,3` when all is well.
  static func versions(_ world: World) async throws -> [String] {
    [
      try await world.database.value("SELECT string_agg(version::text, ',' ORDER BY version) FROM trace") ?? "",
      try await world.database.value(
        "SELECT string_agg(version, ',' ORDER BY version::int) FROM flyway_schema_history WHERE success") ?? "",
    ]
  }

  /// What `versions` is when each of `count` ran exactly once.
  static func once(_ count: Int) -> [String] {
    let list = (1...count).map { "\($0)" }.joined(separator: ",")
    return [list, list]
  }
}
