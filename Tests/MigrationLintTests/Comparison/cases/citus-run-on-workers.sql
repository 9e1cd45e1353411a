-- Citus: an index past Citus
-- problem V2:1 admin: new and moved shards lack it, and failures are rows
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__index_shards.sql
SELECT run_command_on_shards('bets', $$ CREATE INDEX ON %s (bet_id) $$);
