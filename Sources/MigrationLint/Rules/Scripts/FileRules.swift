internal import MigrationCore

extension Rule {
  static let fileChanged = Rule(
    "file-changed", .error, "A migration that others may have applied was changed",
    why:
      "The history keeps the checksum of each file that was applied. A file that is changed, renamed or deleted afterwards "
      + "stops the next migration where it was applied, and is not applied there again.",
    remedy: "Restore the file, and write the change as a new migration. Looked for with --since REVISION.",
    serverMessage: "Migration checksum mismatch",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """, isForServer: false, changed: ["V1__add_bets.sql"]),
      .good(
        """
        -- R__open_bets.sql
        CREATE OR REPLACE VIEW open_bets AS SELECT 1 AS one;
        """, isForServer: false, changed: ["R__open_bets.sql"]),
    ],
    checks: [.directory(checkChanges)])

  private static func checkChanges(_ context: DirectoryContext) -> [Remark] {
    let changed = context.entries.enumerated().compactMap { index, entry -> Remark? in
      guard entry.role == .versioned || entry.role == .baseline else { return nil }
      switch entry.change {
      case .modified: return Remark(0..<0, "\(entry.name) was changed since then.", file: index)
      case .renamed(let old): return Remark(0..<0, "\(entry.name) was called \(old) then.", file: index)
      case .none, .added: return nil
      }
    }
    let naming = context.settings.naming
    let removed = context.removed.compactMap { path -> Remark? in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      guard case .migration(let migration) = naming.classify(name), migration.version != nil, migration.kind != .undo
      else {
        return nil
      }
      return Remark(0..<0, "\(name) was deleted since then.", path: path)
    }
    return changed + removed
  }

  static let fileName = Rule(
    "file-name", .error, "A file's name",
    why:
      "The name holds order and purpose: Flyway passes over files whose names follow no convention, runs none of two of the same "
      + "version, and ignores a version below the highest that was applied.",
    remedy:
      "Name it V<version>__<what it does>.sql, with versions of one kind: `whimbrel new \"what it does\"` makes one.",
    examples: [
      .bad(
        """
        -- V1_add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """, isForServer: false),
      .bad(
        """
        -- V1__update1.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """, isForServer: false),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [.directory(checkNames)])
}
