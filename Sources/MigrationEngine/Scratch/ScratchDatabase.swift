internal import MigrationCore
internal import Postgres

/// A database beside the target on the same coordinator, with the same extensions and settings and without its data.
///
/// It is a Citus cluster of one node, which holds its shards itself: what Citus refuses there it refuses on any cluster,
/// and locks show on the table and on its shards.
struct ScratchDatabase {
  /// Of the target: it makes the database and drops it.
  let connection: SessionConnection
  let parameters: ConnectionParameters

  /// How long a question about the server may wait.
  private static let timeout = "30s"
  /// Few, so that it goes fast; more than one, since Citus treats a single shard otherwise.
  private static let shardCount = 4

  /// What the target is like.
  struct Target {
    var encoding = "", collation = "", characterType = ""
    var extensions: [(name: String, schema: String)] = []
    /// Of the database and of the role in it, as `pg_db_role_setting` keeps them.
    var settings: [(name: String, value: String)] = []
    var citus: Citus?

    struct Citus {
      var host: String
      var port: Int
    }
  }

  /// Looks at the target.
  func target() async throws(PostgresError) -> Target {
    let own = try await connection.execute(
      """
      SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, current_setting('port') AS port
      FROM pg_catalog.pg_database WHERE datname = current_database()
      """
    ).rows.first
    var target = Target(
      encoding: own?["encoding"] ?? "", collation: own?["datcollate"] ?? "", characterType: own?["datctype"] ?? "")
    let extensions = try await connection.execute(
      """
      SELECT extname, nspname FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace
      WHERE extname <> 'plpgsql' ORDER BY extname <> 'citus', pg_extension.oid
      """)
    target.extensions = extensions.rows.compactMap { row in
      row["extname"].map { (name: $0, schema: row["nspname"] ?? "public") }
    }
    let settings = try await connection.execute(
      """
      SELECT split_part(setting, '=', 1) AS name, substr(setting, strpos(setting, '=') + 1) AS value
      FROM pg_catalog.pg_db_role_setting, unnest(setconfig) AS setting
      WHERE setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))
      ORDER BY setrole
      """)
    target.settings = settings.rows.compactMap { row in row["name"].map { (name: $0, value: row["value"] ?? "") } }
    guard target.extensions.contains(where: { $0.name == "citus" }) else { return target }
    let node = try await connection.execute(
      "SELECT nodename FROM pg_catalog.pg_dist_node WHERE groupid = 0 AND noderole = 'primary' LIMIT 1"
    ).rows.first
    target.citus = Target.Citus(
      host: node?["nodename"] ?? "localhost", port: own?["port"].flatMap { Int($0) } ?? parameters.port)
    return target
  }

  /// Makes the database, without anything in it.
  func create(_ name: ScratchName, like target: Target) async throws(PostgresError) {
    try await connection.execute("SET statement_timeout = '\(Self.timeout)'")
    try await connection.execute("SET citus.enable_create_database_propagation = off")
    try await connection.execute(
      """
      CREATE DATABASE \(SQLText.identifier(name.text)) TEMPLATE template0 ENCODING \(SQLText.literal(target.encoding)) \
      LC_COLLATE \(SQLText.literal(target.collation)) LC_CTYPE \(SQLText.literal(target.characterType))
      """)
    let settings =
      target.settings
      + (target.citus == nil
        ? [] : [("citus.shard_count", "\(Self.shardCount)"), ("citus.shard_replication_factor", "1")])
    for setting in settings {
      try await connection.execute(
        "ALTER DATABASE \(SQLText.identifier(name.text)) SET \(SQLText.settingName(setting.name)) TO "
          + SQLText.settingValue(setting.value, of: setting.name))
    }
  }

  /// Fills it with the target's extensions and, where Citus is one of them, makes it a cluster of one node.
  ///
  /// - Returns: what could not be had; in words.
  func equip(_ scratch: SessionConnection, like target: Target) async throws(PostgresError) -> [String] {
    var notes: [String] = []
    for (name, schema) in target.extensions {
      if !["pg_catalog", "public"].contains(schema) {
        try await scratch.execute("CREATE SCHEMA IF NOT EXISTS \(SQLText.identifier(schema))")
      }
      let place = schema == "pg_catalog" ? "" : " SCHEMA \(SQLText.identifier(schema))"
      do throws(PostgresError) {
        try await scratch.execute("CREATE EXTENSION IF NOT EXISTS \(SQLText.identifier(name))\(place) CASCADE")
      } catch {
        guard error.code == .server, name != "citus" else { throw error }
        notes.append("the extension \(name) could not be created there: \(error.message)")
      }
    }
    guard let citus = target.citus else { return notes }
    let node = "\(SQLText.literal(citus.host)), \(citus.port)"
    try await scratch.execute("SELECT citus_set_coordinator_host(\(node))")
    try await scratch.execute("SELECT citus_set_node_property(\(node), 'shouldhaveshards', true)")
    return notes
  }

  /// Drops it, with the sessions that are left in it.
  func drop(_ name: ScratchName) async throws(PostgresError) {
    try await connection.execute("SET statement_timeout = '\(Self.timeout)'")
    try await connection.execute("SET citus.enable_create_database_propagation = off")
    try await connection.execute("DROP DATABASE IF EXISTS \(SQLText.identifier(name.text)) WITH (FORCE)")
  }

  /// Drops what earlier runs have left behind, as far as this role may.
  func dropLeftBehind() async throws(PostgresError) {
    let result = try await connection.execute(
      """
      SELECT datname, extract(epoch FROM now())::bigint AS now FROM pg_catalog.pg_database
      WHERE datname LIKE 'whimbrel\\_scratch\\_%' AND pg_has_role(datdba, 'MEMBER')
      """)
    for row in result.rows {
      guard let name = row["datname"].flatMap(ScratchName.init), let now = row["now"].flatMap({ Int64($0) }),
        name.isLeftBehind(at: now)
      else { continue }
      try await drop(name)
    }
  }

  /// A name that is new at the server's time.
  func newName() async throws(PostgresError) -> ScratchName {
    let row = try await connection.execute("SELECT extract(epoch FROM now())::bigint AS now").rows.first
    return ScratchName(createdAt: row?["now"].flatMap { Int64($0) } ?? 0, random: .random(in: 0 ... .max))
  }
}

extension SQLText {
  /// The name of a setting: `citus.shard_count`.
  static func settingName(_ name: String) -> String {
    name.split(separator: ".").map { identifier(String($0)) }.joined(separator: ".")
  }

  /// The value of a setting as the catalog keeps it: lists of names are quoted already (`GUC_LIST_QUOTE` in guc.c).
  static func settingValue(_ value: String, of name: String) -> String {
    let lists = [
      "search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries",
      "shared_preload_libraries", "unix_socket_directories",
    ]
    return lists.contains(name) && !value.isEmpty ? value : literal(value)
  }
}
