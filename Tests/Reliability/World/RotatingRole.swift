internal import Postgres
internal import TestSupport

/// A superuser of a scene's own, whose password on the coordinator can be changed while it is in use.
///
/// The servers log in to each other with a file; the line for the coordinator follows the change, those for the workers
/// stay, since the role keeps its first password there.
enum RotatingRole {
  static func make(_ database: CitusDatabase, _ infrastructure: LocalInfrastructure) async throws -> Scene.Role {
    let role = Scene.Role(name: "chaos_" + database.name.suffix(12), password: "first-\(database.name)")
    try TextFile.append("127.0.0.1:*:*:\(role.name):\(role.password)\n", to: infrastructure.passwordFile)
    for part in CitusCluster.Part.allCases {
      try await database.run(
        """
        DO $$ BEGIN
          CREATE ROLE \(role.name) SUPERUSER LOGIN PASSWORD '\(role.password)';
        EXCEPTION WHEN duplicate_object THEN
          ALTER ROLE \(role.name) SUPERUSER LOGIN PASSWORD '\(role.password)';
        END $$
        """, on: part)
    }
    return role
  }

  /// Changes the password on the coordinator, and in the file that the servers use.
  static func change(_ role: Scene.Role, to password: String, _ scene: Scene) async throws {
    guard let infrastructure = scene.infrastructure else { return }
    let port = scene.database.cluster.port(of: .coordinator)
    // The first line that fits counts, so the newest goes before the others.
    try TextFile.prepend("127.0.0.1:\(port):*:\(role.name):\(password)\n", to: infrastructure.passwordFile)
    let connection = try await scene.database.connect()
    // Citus would carry the change to the workers; the stand-in does not know the setting and takes it all the same.
    _ = try await connection.execute("SET citus.enable_alter_role_propagation = off")
    _ = try await connection.execute("ALTER ROLE \(role.name) PASSWORD '\(password)'")
    await connection.close()
  }
}
