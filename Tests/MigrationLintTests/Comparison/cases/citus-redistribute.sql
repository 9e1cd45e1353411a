-- Citus: the number of shards is changed
-- problem V2:1 rewrite: all rows are moved into a new table under ACCESS EXCLUSIVE
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__more_shards.sql
SELECT alter_distributed_table('bets', shard_count := 64, cascade_to_colocated := true);
