/// Says which statements must not run in a scratch database: what they do reaches beyond a database.
package enum ScratchExclusion {
  /// Why a statement must not run there; nil if it may.
  ///
  /// It is read by its words, also inside `DO` blocks and commands for other nodes. Text that is put together while it
  /// runs cannot be read; changes of shared catalogs by it are found while it runs.
  package static func reason(for statement: SQLStatement) -> String? {
    reason(in: Array(statement.text.utf8), depth: 0)
  }

  private static func reason(in bytes: [UInt8], depth: Int) -> String? {
    let tokens = SQLLexer(bytes: bytes).filter { !$0.kind.isTrivia }
    func text(_ token: SQLToken) -> String { String(decoding: bytes[token.range], as: UTF8.self) }
    let words = tokens.map { $0.kind == .word ? text($0).lowercased() : "" }
    if let name = functionCalled(words, tokens) { return name }
    // A statement says at its beginning what it is; a block holds statements anywhere.
    let isBlock = depth > 0 || words.first == "do"
    for index in isBlock ? Array(words.indices) : [0] where index < words.count {
      if let found = command(words[index...], tokens[index...]) { return found }
    }
    guard depth < 3, isBlock || words.contains(where: carriers.contains) else { return nil }
    for token in tokens {
      guard let inner = content(of: token, in: bytes), let found = reason(in: inner, depth: depth + 1) else { continue }
      return found
    }
    return nil
  }

  // MARK: Commands

  private static func command(_ words: ArraySlice<String>, _ tokens: ArraySlice<SQLToken>) -> String? {
    let start = words.prefix(3).filter { !$0.isEmpty }
    guard let first = start.first else { return nil }
    let second = start.dropFirst().first ?? ""
    switch first {
    case "create", "alter", "drop":
      if second == "user", start.dropFirst(2).first == "mapping" { return nil }
      return shared.contains(second) || second == "system" || first == "drop" && second == "owned"
        ? shown(first, second) : nil
    case "grant", "revoke": return grant(first, words)
    case "comment" where second == "on" && shared.contains(start.dropFirst(2).first ?? ""),
      "security" where second == "label" && !shared.isDisjoint(with: words.prefix(8)):
      return shown(first, second)
    case "reassign" where second == "owned": return shown(first, second)
    case "copy":
      let reaches = words.contains { $0 == "program" } || !words.contains { $0 == "stdin" || $0 == "stdout" }
      return reaches ? "COPY with a file or program of the server" : nil
    case "checkpoint", "load": return first.uppercased()
    default: return nil
    }
  }

  // `GRANT role TO role` names no object; those on a database and the like are kept in shared catalogs.
  private static func grant(_ first: String, _ words: ArraySlice<String>) -> String? {
    let limit = words.firstIndex { $0 == "to" || $0 == "from" } ?? words.endIndex
    guard let on = words[..<limit].firstIndex(of: "on") else { return "\(first.uppercased()) of a role" }
    let kind = words.index(after: on) < limit ? words[words.index(after: on)] : ""
    return ["database", "tablespace", "parameter"].contains(kind) ? shown(first, "ON \(kind)") : nil
  }

  private static func shown(_ first: String, _ second: String) -> String {
    "\(first.uppercased()) \(second.uppercased())"
  }

  // Kept once for all databases of a server (`IsSharedRelation` in PostgreSQL's catalog.c).
  private static let shared: Set<String> = ["role", "user", "group", "database", "tablespace", "subscription"]

  // MARK: Functions

  private static func functionCalled(_ words: [String], _ tokens: [SQLToken]) -> String? {
    for (index, word) in words.enumerated() where index + 1 < tokens.count {
      guard tokens[index + 1].kind == .openParenthesis else { continue }
      if functions.contains(word) || prefixes.contains(where: word.hasPrefix) { return "\(word)()" }
    }
    return nil
  }

  // Of nodes, of other sessions, of the server's files and slots.
  private static let functions: Set<String> = [
    "citus_add_node", "citus_add_inactive_node", "citus_add_secondary_node", "citus_activate_node",
    "citus_disable_node", "citus_remove_node", "citus_drain_node", "citus_update_node", "citus_set_node_property",
    "citus_set_coordinator_host", "citus_rebalance_start", "citus_move_shard_placement", "citus_copy_shard_placement",
    "citus_add_clone_node", "citus_promote_clone_and_rebalance", "citus_finish_citus_upgrade",
    "rebalance_table_shards", "isolate_tenant_to_new_shard", "citus_split_shard_by_split_points",
    "start_metadata_sync_to_node", "start_metadata_sync_to_all_nodes", "stop_metadata_sync_to_node",
    "master_add_node", "master_add_inactive_node", "master_add_secondary_node", "master_activate_node",
    "master_disable_node", "master_remove_node", "master_drain_node", "master_update_node",
    "master_move_shard_placement", "master_copy_shard_placement", "master_set_node_property",
    "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_promote", "pg_switch_wal",
    "pg_create_restore_point", "pg_log_backend_memory_contexts", "pg_stat_reset_shared",
    "lo_import", "lo_export",
  ]
  private static let prefixes = [
    "dblink", "pg_create_physical_replication_slot", "pg_create_logical_replication_slot",
    "pg_copy_", "pg_drop_replication_slot", "pg_replication_origin_", "pg_backup_", "pg_wal_replay_", "pg_read_",
    "pg_ls_", "pg_stat_file", "pg_file_",
  ]

  // MARK: Text in text

  // What takes commands as text.
  private static let carriers: Set<String> = [
    "run_command_on_workers", "run_command_on_all_nodes", "run_command_on_coordinator", "run_command_on_shards",
    "run_command_on_placements", "run_command_on_colocated_placements", "master_run_on_worker",
  ]

  private static func content(of token: SQLToken, in bytes: [UInt8]) -> [UInt8]? {
    let text = bytes[token.range]
    switch token.kind {
    case .dollarString:
      guard let end = text.dropFirst().firstIndex(of: UInt8(ascii: "$")) else { return nil }
      let delimiter = end - text.startIndex + 1
      guard text.count >= 2 * delimiter else { return nil }
      return Array(text.dropFirst(delimiter).dropLast(delimiter))
    case .string, .escapeString:
      guard let start = text.firstIndex(of: UInt8(ascii: "'")), text.count > start - text.startIndex + 1 else {
        return nil
      }
      return Array(text[(start + 1)...].dropLast())
    default: return nil
    }
  }
}
