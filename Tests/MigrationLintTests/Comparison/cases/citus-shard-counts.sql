-- Citus: one table has twice as many shards
-- problem V2:2 colocation: the two are not colocated
-- V1__add_users.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
-- V2__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id', shard_count := 64);
