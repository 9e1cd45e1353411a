/// The functions that rules know by name.
enum CitusFunctions {
  static let distributing: Set<String> = ["create_distributed_table", "create_distributed_table_concurrently"]
  static let rewriting: Set<String> = [
    "undistribute_table", "alter_distributed_table", "alter_table_set_access_method",
  ]
  private static let others: Set<String> = [
    "create_reference_table", "citus_add_local_table_to_metadata", "citus_schema_distribute",
    "citus_schema_undistribute", "truncate_local_data_after_distributing_table", "update_distributed_table_colocation",
    "drop_old_time_partitions", "set_config", "pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_lock_shared",
    "pg_sleep",
  ]
  /// What changes the cluster itself, or the data of nodes behind the coordinator's back.
  static let administrative: Set<String> = [
    "run_command_on_workers", "run_command_on_shards", "run_command_on_placements", "run_command_on_all_nodes",
    "run_command_on_coordinator", "run_command_on_colocated_placements", "citus_add_node", "master_add_node",
    "citus_add_inactive_node", "citus_add_secondary_node", "citus_activate_node", "citus_disable_node",
    "citus_remove_node", "master_remove_node", "citus_update_node", "master_update_node", "citus_set_coordinator_host",
    "citus_set_node_property", "citus_rebalance_start", "citus_rebalance_stop", "rebalance_table_shards",
    "citus_move_shard_placement", "master_move_shard_placement", "citus_copy_shard_placement",
    "citus_split_shard_by_split_points",
    "citus_drain_node", "isolate_tenant_to_new_shard", "start_metadata_sync_to_all_nodes",
    "start_metadata_sync_to_node",
    "stop_metadata_sync_to_node", "recover_prepared_transactions", "citus_cleanup_orphaned_resources",
    "citus_schema_move", "citus_internal_add_partition_metadata", "citus_finish_citus_upgrade", "lock_shard_resources",
  ]

  static func isKnown(_ name: String) -> Bool {
    distributing.contains(name) || rewriting.contains(name) || others.contains(name) || administrative.contains(name)
  }

  /// Settings under which Citus itself stops checking, or other nodes miss what follows.
  static let unsafeWhenOff: Set<String> = [
    "citus.enable_ddl_propagation", "citus.enable_metadata_sync", "citus.enable_create_type_propagation",
    "citus.enable_create_role_propagation", "citus.enable_alter_role_propagation", "citus.override_table_visibility",
  ]
  static let unsafeWhenOn: Set<String> = [
    "citus.allow_unsafe_constraints", "citus.enable_unsafe_triggers", "citus.enable_manual_changes_to_shards",
    "citus.skip_constraint_validation", "citus.allow_nested_distributed_execution",
    "citus.allow_unsafe_locks_from_workers", "citus.allow_modifications_from_workers_to_replicated_tables",
  ]
}
